//! What developers' tools do.

use super::{Behaviour, DEVELOPER, Life};
use crate::destination as to;

pub(crate) const DEVELOPERS: &[Behaviour] = &[
    Behaviour {
        name: "python-script",
        weight: 160,
        program: &["/usr/bin/python3.12", "{home}/{project}/.venv/bin/python3"],
        command: &[
            "python3 {project}/fetch.py --url {url}",
            "python3 -c 'import urllib.request as u; print(u.urlopen(\"{url}\").read()[:80])'",
            "python3 -c \"print(r'C:\\\\temp\\\\new', '\\\\u2603', '☃')\"",
            "python3 -m http.client {host}",
        ],
        talks_to: &[to::WEBSITES, to::GITHUB_COM, to::INTRANET],
        ..DEVELOPER
    },
    Behaviour {
        name: "pip",
        weight: 120,
        program: &["/usr/bin/python3.12", "{home}/{project}/.venv/bin/python3"],
        command: &[
            "{path} -m pip install -r requirements.txt",
            "/usr/bin/python3 /usr/bin/pip install --user 'requests[socks]>=2.31'",
        ],
        talks_to: &[to::PACKAGES],
        ..DEVELOPER
    },
    Behaviour {
        name: "node-server",
        weight: 200,
        program: &["/usr/bin/node", "{home}/.nvm/versions/node/v22.11.0/bin/node"],
        command: &["node server.js", "node {home}/{project}/node_modules/.bin/vite --port 3000"],
        life: Life::Session,
        talks_to: &[to::ITSELF, to::ITSELF, to::CONTAINERS, to::WEBSITES],
        ..DEVELOPER
    },
    Behaviour {
        name: "npm",
        weight: 160,
        program: &["/usr/bin/node", "{home}/.nvm/versions/node/v22.11.0/bin/node"],
        shown_as: Some("npm install"),
        command: &["npm install", "npm ci --prefer-offline", "npm exec -- create-app@latest {project}"],
        talks_to: &[to::PACKAGES],
        ..DEVELOPER
    },
    Behaviour {
        name: "go",
        weight: 60,
        program: &["/usr/local/go/bin/go", "/snap/go/{rev}/bin/go"],
        command: &["go mod download", "go get example.com/{project}@latest"],
        talks_to: &[to::PACKAGES, to::GITHUB_COM],
        ..DEVELOPER
    },
    Behaviour {
        name: "cargo",
        weight: 70,
        program: &[
            "{home}/.cargo/bin/cargo",
            "{home}/.rustup/toolchains/stable-x86_64-unknown-linux-gnu/bin/cargo",
        ],
        command: &["cargo fetch --locked", "cargo build --manifest-path {home}/{project}/Cargo.toml"],
        talks_to: &[to::PACKAGES],
        ..DEVELOPER
    },
    Behaviour {
        name: "git-https",
        weight: 140,
        program: &["/usr/lib/git-core/git-remote-https"],
        shown_as: Some("git-remote-http"),
        command: &["/usr/lib/git-core/git-remote-https origin https://{host}/example/{project}.git"],
        parent: &["git"],
        talks_to: &[to::GITHUB_COM, to::GITHUB_COM, to::INTRANET],
        ..DEVELOPER
    },
    Behaviour {
        name: "git-ssh",
        weight: 110,
        program: &["/usr/bin/ssh"],
        command: &["/usr/bin/ssh -o SendEnv=GIT_PROTOCOL git@{host} git-upload-pack 'example/{project}.git'"],
        parent: &["git"],
        talks_to: &[to::GITHUB_SSH, to::SITE_SSH],
        ..DEVELOPER
    },
    Behaviour {
        name: "docker-build",
        weight: 70,
        program: &["/usr/libexec/docker/cli-plugins/docker-buildx"],
        command: &["docker-buildx buildx build -t {project}:dev ."],
        parent: &["docker"],
        talks_to: &[to::REGISTRY, to::CONTAINERS],
        ..DEVELOPER
    },
    Behaviour {
        name: "container-traffic",
        weight: 130,
        program: &["/usr/bin/docker-proxy"],
        command: &[
            "/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80",
        ],
        parent: &["dockerd"],
        life: Life::Session,
        talks_to: &[to::CONTAINERS],
        ..DEVELOPER
    },
    Behaviour {
        name: "kubectl",
        weight: 80,
        program: &["/usr/local/bin/kubectl", "/snap/kubectl/{rev}/kubectl"],
        command: &[
            "kubectl get pods -A -o jsonpath='{.items[*].metadata.name}'",
            "kubectl logs -f deploy/{project}",
        ],
        talks_to: &[to::CLUSTER, to::CLUSTER, to::REGISTRY],
        ..DEVELOPER
    },
    Behaviour {
        name: "code",
        weight: 190,
        program: &["/usr/share/code/code", "/snap/code/{rev}/usr/share/code/code"],
        command: &[
            "{path} --type=utility --utility-sub-type=network.mojom.NetworkService --user-data-dir={home}/.config/Code",
        ],
        parent: &["code"],
        life: Life::Session,
        talks_to: &[to::INTUNE, to::GITHUB_COM, to::PACKAGES],
        ..DEVELOPER
    },
    Behaviour {
        name: "database",
        weight: 150,
        program: &["/usr/bin/psql", "/usr/lib/postgresql/16/bin/psql"],
        command: &["psql -h {host} -U {user} -c \"select * from \\\"Order\\\" where note like '%\\\\%'\""],
        talks_to: &[to::DATABASES, to::ITSELF],
        ..DEVELOPER
    },
    Behaviour {
        name: "java",
        weight: 70,
        program: &["/usr/lib/jvm/java-21-openjdk-amd64/bin/java"],
        command: &[
            "java -Dmaven.home=/usr/share/maven -cp /usr/share/maven/boot/plexus-classworlds-2.x.jar org.codehaus.plexus.classworlds.launcher.Launcher package",
        ],
        talks_to: &[to::PACKAGES, to::INTRANET],
        ..DEVELOPER
    },
    Behaviour {
        name: "dev-server-accepts",
        serves: &[3000],
        weight: 50,
        program: &["/usr/bin/node"],
        command: &["node server.js"],
        life: Life::Session,
        talks_to: &[to::ITSELF, to::SITE_CLIENTS, to::SCANNERS],
        action: &["InboundConnectionAccepted"],
        ..DEVELOPER
    },
    Behaviour {
        name: "python-server-accepts",
        serves: &[8000],
        weight: 40,
        program: &["/usr/bin/python3.12"],
        command: &["python3 -m http.server 8000"],
        life: Life::Session,
        talks_to: &[to::ITSELF, to::SITE_CLIENTS, to::SCANNERS],
        action: &["InboundConnectionAccepted"],
        ..DEVELOPER
    },
    Behaviour {
        name: "coloured-output",
        weight: 25,
        program: &["/usr/bin/curl"],
        command: &["curl -w \"\u{1b}[32m%{http_code}\u{1b}[0m\\n\" {url}"],
        talks_to: &[to::UPLOADS, to::INTRANET],
        ..DEVELOPER
    },
];
