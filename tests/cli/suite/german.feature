# language: de
Funktionalität: Aktualisierungen

  Grundlage:
    Angenommen the policy "updates"

  Szenario: APT ist still
    Wenn the program is "/usr/lib/apt/methods/https"
    Dann it is hidden by "apt"
    Und it is kept when the path is "/tmp/https"

  Szenariogrundriss: <program> ist sichtbar
    Wenn the program is "<program>"
    Dann it is kept

    Beispiele:
      | program       |
      | /usr/bin/curl |
      | /usr/bin/wget |
