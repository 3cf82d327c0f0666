#!/usr/bin/env bash
# A PostgreSQL server for tests, of this machine only, in a folder of its own.
#
#   postgresql.sh start DIR    makes the server when DIR is empty, starts it, prints the variables that the tests read
#   postgresql.sh stop DIR     stops it
#
# Runs without fsync: what is tested is what Provost asks of the server, not the disk. PostgreSQL refuses to run as root,
# so root runs it as the account postgres.
set -euo pipefail

action=${1:?start or stop}
folder=${2:?a folder}
programs=${PROVOST_TEST_POSTGRES_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
[ -n "$programs" ] || { echo "postgresql.sh: no PostgreSQL server is installed (Debian: apt-get install postgresql)" >&2; exit 1; }
command -v openssl >/dev/null || { echo "postgresql.sh: openssl is not installed (Debian: apt-get install openssl)" >&2; exit 1; }

# Another address of this machine for a host that has one of its own.
address=${SERVER_ADDRESS:-127.0.0.1}
# Who may sign in: this machine, or the address's network.
allowed=$address/$([ "$address" = 127.0.0.1 ] && echo 32 || echo 24)

run() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start() {
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    if [ ! -e "$folder/data/PG_VERSION" ]; then
        [ "$(id -u)" != 0 ] || chown postgres: "$folder"
        chmod 711 "$folder"
        # The server's administrator has no password: only the account that runs the server reaches it, by the socket.
        run "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth-local=peer --auth-host=scram-sha-256 \
            --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
        run tee "$folder/data/pg_ident.conf" >/dev/null <<<"test $(if [ "$(id -u)" = 0 ]; then echo postgres; else id -un; fi) postgres"
        run tee "$folder/data/pg_hba.conf" >/dev/null <<-RULES
			local all postgres peer map=test
			host  all all $allowed scram-sha-256
		RULES
        mkdir -m 711 "$folder/socket"
        [ "$(id -u)" != 0 ] || chown postgres: "$folder/socket"
        (umask 077 && head -c 24 /dev/urandom | base64 | tr -d '/+=\n' >"$folder/setup.password")
        # An authority of its own, and the server's certificate by it: for its address and no name.
        run openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=test authority" \
            -keyout "$folder/data/ca.key" -out "$folder/data/ca.pem" 2>/dev/null
        run openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=test server" \
            -keyout "$folder/data/server.key" -out "$folder/data/server.csr" 2>/dev/null
        run tee "$folder/data/server.ext" >/dev/null <<<"subjectAltName=IP:$address"
        run openssl x509 -req -days 30 -in "$folder/data/server.csr" -CA "$folder/data/ca.pem" -CAkey "$folder/data/ca.key" -CAcreateserial \
            -extfile "$folder/data/server.ext" -out "$folder/data/server.pem" 2>/dev/null
        cp "$folder/data/ca.pem" "$folder/ca.pem"
        port=$(free_port)
        run tee -a "$folder/data/postgresql.conf" >/dev/null <<-SETTINGS
			listen_addresses = '$address'
			port = $port
			unix_socket_directories = '$folder/socket'
			max_connections = 400
			ssl = on
			ssl_cert_file = 'server.pem'
			ssl_key_file = 'server.key'
			fsync = off
			full_page_writes = off
			log_min_messages = warning
		SETTINGS
    fi
    port=$(sed -n 's/^port = //p' "$folder/data/postgresql.conf" | tail -n 1)
    run "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/server.log" --wait --silent start >&2 || { tail -n 20 "$folder/server.log" >&2; exit 1; }
    # The set-up login may make databases and logins and nothing more. Its password goes in by standard input.
    run "$programs/psql" --host="$folder/socket" --port="$port" --username=postgres --dbname=postgres --quiet --no-psqlrc --set=ON_ERROR_STOP=1 >&2 <<-SQL
		SELECT 'CREATE ROLE provost_setup LOGIN CREATEDB CREATEROLE PASSWORD ''$(cat "$folder/setup.password")'''
		WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'provost_setup') \\gexec
	SQL
    echo "export PROVOST_TEST_POSTGRES=postgres://provost_setup@$address:$port/postgres"
    echo "export PROVOST_TEST_POSTGRES_PASSFILE=$folder/setup.password"
    echo "export PROVOST_TEST_POSTGRES_CA=$folder/ca.pem"
}

free_port() {
    local port
    for port in $(shuf -i 20000-29999 -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

case $action in
    start) start ;;
    stop) run "$programs/pg_ctl" --pgdata="$folder/data" --mode=fast --wait --silent stop ;;
    *) echo "usage: $0 start|stop DIR" >&2; exit 2 ;;
esac
