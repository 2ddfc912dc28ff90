#!/bin/sh
# Makes database NAME and the role NAME that owns it and can do nothing else, and lets that role in from each
# further argument, a network. The password is made here, kept in /etc/migrate/NAME.password (root only) and never
# leaves this machine. Twice is the same as once.
set -eu
umask 077
name=$1
port=$2
shift 2
sql() { runuser -u postgres -- psql -X -q -A -t -v ON_ERROR_STOP=1 -p "$port" -d postgres -f -; }
mkdir -p /etc/migrate
exec 9>/run/migrate-database.lock
flock 9
cd /

# Who may log in: what a move of data has put there between two comments of its own, then this.
hba=$(echo "SHOW hba_file;" | sql)
{
  sed -n '/^# migrate .* begins$/,/^# migrate .* ends$/p' "$hba"
  echo "local all postgres peer"
  echo "local all all scram-sha-256"
  for network in 127.0.0.1/32 "$@"; do echo "host $name $name $network scram-sha-256"; done
} >/run/migrate-hba
if ! cmp -s /run/migrate-hba "$hba"; then
  cat /run/migrate-hba >"$hba" # into the same file: its owner and mode stay
  echo "SELECT pg_reload_conf();" | sql >/dev/null
  echo created
fi
rm -f /run/migrate-hba

secret=/etc/migrate/$name.password
known=$(echo "SELECT count(*) FROM pg_database JOIN pg_roles ON rolname = datname WHERE datname = '$name';" | sql)
if [ "$known" = 1 ] && [ -s "$secret" ]; then
  exit 0
fi
if [ ! -s "$secret" ]; then
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$secret.new"
  mv "$secret.new" "$secret"
fi
# By standard input: arguments are seen by every process of the machine.
sql <<SQL
SELECT 'CREATE ROLE "$name" LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$name') \gexec
ALTER ROLE "$name" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '$(cat "$secret")';
SELECT 'CREATE DATABASE "$name" OWNER "$name" ENCODING UTF8 LOCALE "C.UTF-8" TEMPLATE template0' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$name') \gexec
REVOKE ALL ON DATABASE "$name" FROM PUBLIC;
SQL
echo created
