#!/bin/sh
# Makes database and user NAME, the user with no right but on its own database. The password is made here,
# kept in /etc/migrate/NAME.password (root only) and never leaves this machine. Twice is the same as once.
set -eu
umask 077
name=$1
mkdir -p /etc/migrate
exec 9>/run/migrate-database.lock
flock 9
secret=/etc/migrate/$name.password
known=$(printf "SELECT COUNT(*) FROM mysql.user WHERE User = '%s';" "$name" | mariadb --skip-column-names)
if [ "$known" = 1 ] && [ -s "$secret" ]; then
  exit 0
fi
if [ ! -s "$secret" ]; then
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$secret.new"
  mv "$secret.new" "$secret"
fi
# By standard input: arguments are seen by every process of the machine.
mariadb <<SQL
CREATE DATABASE IF NOT EXISTS \`$name\` CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS '$name'@'%';
ALTER USER '$name'@'%' IDENTIFIED BY '$(cat "$secret")';
GRANT ALL PRIVILEGES ON \`$name\`.* TO '$name'@'%';
SQL
echo created
