#!/bin/sh
# Makes a bare root a source machine, once; runs inside it.  $1: what it is for; $2: its packages, to be found at
# /media; $3: its address.
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
systemctl -q disable firstboot 2>/dev/null || true
rm -f /etc/systemd/system/firstboot*.service /usr/local/sbin/firstboot
rm -rf /boot/* /vmlinuz* /initrd.img* /lib/modules/*
if [ -e /media/Packages ]; then
    echo 'deb [trusted=yes] file:/media ./' >/etc/apt/sources.list
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-unsafe-io -o APT::Sandbox::User=root $2 # a word a package
    : >/etc/apt/sources.list
    rm -rf /var/lib/apt/lists/*
fi
rm -f /usr/sbin/policy-rc.d
address=$3
# Clients talk to a proxy. Where the target will be nobody knows yet.  $1: its name; $2: tcp or http; $3: where they come;
# $4: where either side listens.
proxied() {
    cat >/etc/haproxy/haproxy.cfg <<CFG
global
    stats socket /var/lib/haproxy/admin.sock level admin mode 600
    user haproxy
    group haproxy
    maxconn 200
defaults
    mode $2
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    timeout queue 60s
    retries 3
frontend $1
    bind *:$3
    default_backend sides
backend sides
    server source $address:$4 maxconn 30
    server target 0.0.0.0:$4 maxconn 30 disabled
CFG
}
case $1 in
web | legacy)
    find /var/www/html -mindepth 1 ! -name lost+found -delete
    mkdir -p /var/www/html/notices /var/www/html/assets
    cat >/var/www/html/index.html <<'PAGE'
<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>政务服务大厅</title>
<link rel="stylesheet" href="assets/style.css"></head>
<body><h1>政务服务大厅 Service hall</h1><p><a href="notices/">Notices</a></p></body></html>
PAGE
    echo 'body { font-family: sans-serif; margin: 2em }' >/var/www/html/assets/style.css
    for n in 1 2 3 4 5; do echo "<p>Notice $n: the office is open from 9 to 17.</p>" >"/var/www/html/notices/$n.html"; done
    echo '<ol><li><a href="1.html">1</a></li></ol>' >/var/www/html/notices/index.html
    proxied site http 8080 80
    ;;
postgresql)
    conf=/etc/postgresql/15/main
    printf "listen_addresses = '*'\nfsync = off\nshared_buffers = 16MB\nwal_level = logical\n" >"$conf/conf.d/lab.conf"
    echo 'host service_hall hall 10.77.0.0/16 scram-sha-256' >>"$conf/pg_hba.conf"
    service postgresql start
    printf "CREATE ROLE hall LOGIN PASSWORD '%s';\nCREATE DATABASE service_hall OWNER hall;\n" "$(cat /root/secret)" |
        su postgres -c 'psql -q'
    su postgres -c 'psql -q service_hall' <<'SQL'
CREATE TABLE counters (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE applications (
    id serial PRIMARY KEY,
    counter_id integer NOT NULL REFERENCES counters,
    subject text NOT NULL,
    filed_at timestamptz NOT NULL,
    closed boolean NOT NULL);
INSERT INTO counters (name) SELECT 'counter ' || n FROM generate_series(1, 8) n;
INSERT INTO applications (counter_id, subject, filed_at, closed)
    SELECT 1 + n % 8, '事项 ' || n, timestamptz '2026-01-05 09:00+08' + n * interval '37 minutes', n % 3 = 0
    FROM generate_series(1, 400) n;
ALTER TABLE counters OWNER TO hall;
ALTER TABLE applications OWNER TO hall;
SQL
    # Clients talk to the pooler, which knows the role by what the server has stored of its password.
    mkdir -p /etc/pgbouncer/routes
    echo "service_hall = host='$3' port=5432 dbname='service_hall'" >/etc/pgbouncer/routes/service_hall.ini
    su postgres -c "psql -XAtqc \"SELECT format('\\\"%s\\\" \\\"%s\\\"', rolname, rolpassword) FROM pg_authid WHERE rolname = 'hall'\"" >/etc/pgbouncer/userlist.txt
    cat >/etc/pgbouncer/pgbouncer.ini <<'INI'
[databases]
%include /etc/pgbouncer/routes/service_hall.ini
[pgbouncer]
listen_addr = *
listen_port = 6432
unix_socket_dir = /var/run/postgresql
auth_type = scram-sha-256
auth_file = /etc/pgbouncer/userlist.txt
pool_mode = transaction
server_login_retry = 0.2
logfile = /var/log/postgresql/pgbouncer.log
pidfile = /var/run/postgresql/pgbouncer.pid
INI
    chown -R postgres: /etc/pgbouncer
    chmod 640 /etc/pgbouncer/userlist.txt
    service postgresql stop
    ;;
mariadb)
    cat >/etc/mysql/mariadb.conf.d/90-lab.cnf <<'CNF'
[mysqld]
bind-address = 0.0.0.0
skip-name-resolve = ON
server-id = 11
log-bin = mariadb-bin
log-slave-updates = ON
binlog-format = ROW
gtid-strict-mode = ON
CNF
    printf 'innodb_buffer_pool_size = 16M\nperformance_schema = OFF\ninnodb_flush_log_at_trx_commit = 0\n' >>/etc/mysql/mariadb.conf.d/90-lab.cnf
    service mariadb start
    mariadb <<'SQL'
CREATE DATABASE budget CHARACTER SET utf8mb4;
USE budget;
CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, title varchar(80) NOT NULL, filed date NOT NULL);
INSERT INTO items (title, filed)
    SELECT CONCAT('预算 ', seq), DATE '2025-01-01' + INTERVAL seq DAY FROM seq_1_to_300;
SQL
    mariadb <<SQL
CREATE USER 'budget'@'10.77.%' IDENTIFIED BY '$(cat /root/secret)';
GRANT SELECT, INSERT, UPDATE, DELETE ON budget.* TO 'budget'@'10.77.%';
SQL
    service mariadb stop
    proxied budget tcp 3307 3306
    cat >>/etc/haproxy/haproxy.cfg <<'CFG'
frontend alive
    mode http
    bind *:3308
    monitor-uri /
CFG
    ;;
esac
if [ "$1" = legacy ]; then
    # an old machine that nobody dares to touch: no Python at all, nor rsync
    apt-get purge -y -qq --auto-remove libpython3.11-minimal rsync
    ! command -v python3 && ! command -v rsync
fi
