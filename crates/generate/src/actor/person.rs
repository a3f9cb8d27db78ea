//! What people do at a Linux desktop.

use super::{Account, Behaviour, Life, PERSON};
use crate::destination as to;

/// A program that stays open.
const APPLICATION: Behaviour =
    Behaviour { life: Life::Session, parent: &["gnome-shell", "systemd"], ..PERSON };

pub(crate) const PEOPLE: &[Behaviour] = &[
    Behaviour {
        name: "firefox-snap",
        weight: 620,
        program: &["/snap/firefox/{rev}/usr/lib/firefox/firefox"],
        command: &[
            "/snap/firefox/{rev}/usr/lib/firefox/firefox",
            "/snap/firefox/{rev}/usr/lib/firefox/firefox --new-window",
        ],
        talks_to: &[to::WEBSITES, to::WEBSITES, to::INTRANET],
        ..APPLICATION
    },
    Behaviour {
        name: "chrome",
        weight: 480,
        program: &["/opt/google/chrome/chrome"],
        command: &[
            "/opt/google/chrome/chrome --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --service-sandbox-type=none --crashpad-handler-pid={n}",
        ],
        parent: &["chrome"],
        talks_to: &[to::WEBSITES, to::QUIC, to::INTRANET],
        ..APPLICATION
    },
    Behaviour {
        name: "edge-proxy",
        weight: 260,
        program: &["/opt/microsoft/msedge/msedge"],
        command: &[
            "/opt/microsoft/msedge/msedge --type=utility --utility-sub-type=network.mojom.NetworkService --lang=de",
        ],
        parent: &["msedge"],
        talks_to: &[to::PROXY],
        ..APPLICATION
    },
    Behaviour {
        name: "thunderbird",
        weight: 150,
        program: &["/usr/lib/thunderbird/thunderbird", "/snap/thunderbird/{rev}/thunderbird"],
        talks_to: &[to::MAIL],
        ..APPLICATION
    },
    Behaviour {
        name: "chat",
        weight: 160,
        program: &["/usr/share/teams-for-linux/teams-for-linux", "/snap/slack/{rev}/usr/lib/slack/slack"],
        command: &["{path} --type=utility --enable-crash-reporter={hex}"],
        talks_to: &[to::WEBSITES, to::INTUNE],
        ..APPLICATION
    },
    Behaviour {
        name: "printing",
        weight: 70,
        program: &["/usr/bin/evince"],
        command: &["evince {home}/Documents/{file}", "evince \"{home}/Документы/{file}\""],
        talks_to: &[to::PRINTERS, to::ITSELF],
        ..PERSON
    },
    Behaviour {
        name: "curl",
        weight: 190,
        program: &["/usr/bin/curl"],
        command: &[
            "curl -sSfL {url}",
            "curl -O {url}",
            "curl {url} -H 'Accept: application/json'",
            "curl -fsSL {url} | sh",
        ],
        talks_to: &[to::WEBSITES, to::PACKAGES, to::GITHUB_COM],
        ..PERSON
    },
    Behaviour {
        name: "wget",
        weight: 130,
        program: &["/usr/bin/wget"],
        command: &["wget {url}", "wget -q -O {file} {url}", "wget --mirror --no-parent {url}"],
        talks_to: &[to::WEBSITES, to::PACKAGES],
        ..PERSON
    },
    Behaviour {
        name: "ssh",
        weight: 150,
        program: &["/usr/bin/ssh"],
        command: &[
            "ssh {user}@{host}",
            "ssh -i {home}/.ssh/id_ed25519 -p {port} {user}@{host}",
            "ssh -N -L 8080:localhost:80 {host}",
        ],
        talks_to: &[to::SERVERS, to::SITE_SSH],
        ..PERSON
    },
    Behaviour {
        name: "scp",
        weight: 50,
        program: &["/usr/bin/ssh"],
        command: &[
            "/usr/bin/ssh -x -oPermitLocalCommand=no -oClearAllForwardings=yes -oRemoteCommand=none -oRequestTTY=no -l {user} -s -- {host} sftp",
        ],
        parent: &["scp", "sftp"],
        talks_to: &[to::SERVERS],
        ..PERSON
    },
    Behaviour {
        name: "rsync",
        weight: 60,
        program: &["/usr/bin/rsync"],
        command: &[
            "rsync -avz --progress {home}/Pictures/ rsync://{host}/backup/",
            "rsync -a {home}/{file} {user}@{host}:",
        ],
        talks_to: &[to::SERVERS, to::FILE_SERVERS],
        ..PERSON
    },
    Behaviour {
        name: "manual-upload",
        weight: 90,
        program: &["/usr/bin/curl"],
        command: &[
            "curl -T {home}/{file} {url}",
            "curl -F \"file=@{home}/Downloads/{file}\" {url}",
            "curl --data-binary @'{home}/O\\'Brien \"final\".pdf' {url}",
            "curl -X POST -d '{\"name\":\"{user}\",\"note\":\"line one\\nline two\\t\\u00e9\"}' {url}",
            "curl -d \"first line\nsecond line\ttabbed\" {url}",
        ],
        talks_to: &[to::UPLOADS],
        ..PERSON
    },
    Behaviour {
        name: "file-manager",
        weight: 120,
        program: &["/usr/libexec/gvfsd-smb", "/usr/libexec/gvfsd-sftp", "/usr/libexec/gvfsd-dav"],
        command: &["{path} --spawner :1.{n} /org/gtk/gvfs/exec_spaw/3"],
        parent: &["gvfsd"],
        talks_to: &[to::FILE_SERVERS],
        ..APPLICATION
    },
    Behaviour {
        name: "remote-desktop",
        weight: 40,
        program: &["/usr/bin/remmina"],
        command: &["remmina -c {home}/.local/share/remmina/{project}.remmina"],
        talks_to: &[to::REMOTE_DESKTOPS, to::SITE_DESKTOPS],
        ..APPLICATION
    },
    Behaviour {
        name: "chat-over-quic",
        weight: 80,
        program: &["/opt/google/chrome/chrome"],
        command: &[
            "/opt/google/chrome/chrome --app=https://chat.example.com/?room=%E2%98%95 --user-data-dir=\"{home}/.config/café ☕\"",
        ],
        talks_to: &[to::QUIC],
        ..APPLICATION
    },
    Behaviour {
        name: "media",
        weight: 70,
        program: &["/usr/bin/vlc", "/usr/bin/mpv"],
        command: &["{path} {url}"],
        talks_to: &[to::WEBSITES, to::MULTICAST],
        ..PERSON
    },
    Behaviour {
        name: "name-lookup",
        weight: 160,
        program: &["/usr/bin/dig"],
        command: &["dig +short {host}", "dig @{ip} mx example.com"],
        talks_to: &[to::STUB_RESOLVER, to::PUBLIC_RESOLVERS],
        ..PERSON
    },
    Behaviour {
        name: "ping",
        weight: 40,
        program: &["/usr/bin/ping"],
        command: &["ping -c 3 {ip}"],
        talks_to: &[to::PUBLIC_PING],
        ..PERSON
    },
    Behaviour {
        name: "downloaded-program",
        weight: 40,
        program: &["{home}/Téléchargements/Bloc-notes ✎.AppImage", "{home}/Загрузки/МЕНЕДЖЕР.AppImage"],
        talks_to: &[to::UPLOADS, to::WEBSITES],
        ..APPLICATION
    },
    Behaviour {
        name: "sudo-curl",
        weight: 30,
        program: &["/usr/bin/curl"],
        command: &["curl -fsSLo /usr/share/keyrings/example.gpg {url}"],
        account: Account::System("root"),
        parent: &["sudo"],
        talks_to: &[to::PACKAGES],
        ..PERSON
    },
];
