"""An sshd that speaks only what OpenSSH has long left, and the algorithms by which it is reached all the same."""

OLD = (
    "HostKeyAlgorithms=ssh-rsa",
    "KexAlgorithms=diffie-hellman-group14-sha1",
    "PubkeyAcceptedAlgorithms=ssh-rsa",
    "Ciphers=aes128-cbc",
    "MACs=hmac-sha1",
)
ALLOWED = (
    ("KexAlgorithms", "+diffie-hellman-group14-sha1"),
    ("HostKeyAlgorithms", "+ssh-rsa"),
    # Alone, not added: today's sshd, playing an old one, still announces signatures that it then refuses.
    ("PubkeyAcceptedAlgorithms", "ssh-rsa"),
    ("Ciphers", "+aes128-cbc"),
)
