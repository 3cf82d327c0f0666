#!/usr/bin/env bash
# A real proxy for tests: squid with Basic authentication, and an HTTPS server behind it. On free ports of this machine.
#
#     eval "$(tests/servers/squid.sh start DIR [KDC])"     makes both when DIR is empty, starts them and exports what tests need
#     tests/servers/squid.sh stop DIR                      stops them and leaves nothing running
#
# With the folder of a KDC (kdc.sh), it offers Negotiate too, and is HTTP/localhost.
# It lets who signs in through to updates.example.test on the HTTPS server's port, and nowhere else.
set -euo pipefail

readonly USER_NAME='svc-proxy' PASSWORD='p%40ss wörd 日本'

# Another address of this machine for a host that has one of its own.
readonly ADDRESS=${SERVER_ADDRESS:-127.0.0.1}

fail() { echo "squid.sh: $*" >&2; exit 1; }

free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/$ADDRESS/$port") 2>/dev/null || { echo "$port"; return; }
    done
    fail "no free port"
}

# make DIR KDC
make() {
    local dir=$1 kdc=$2 port origin negotiate=
    mkdir -p "$dir"/{tls,www,log}
    chmod 755 "$dir" "$dir"/*
    port=$(free_port)
    origin=$(free_port)

    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Test web authority" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$dir/tls/ca.key" -out "$dir/tls/ca.pem" 2>/dev/null
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=updates.example.test" -keyout "$dir/tls/server.key" -out "$dir/tls/server.csr" 2>/dev/null
    openssl x509 -req -in "$dir/tls/server.csr" -CA "$dir/tls/ca.pem" -CAkey "$dir/tls/ca.key" -CAcreateserial -days 2 \
        -extfile <(printf 'subjectAltName=DNS:updates.example.test') -out "$dir/tls/server.pem" 2>/dev/null
    echo "the catalog of updates" >"$dir/www/catalog.txt"
    printf '%s:%s\n' "$USER_NAME" "$(openssl passwd -5 "$PASSWORD")" >"$dir/users"
    printf '%s\n' "$PASSWORD" >"$dir/password"
    printf '%s updates.example.test forbidden.example.test\n' "$ADDRESS" >"$dir/hosts"
    if [ -n "$kdc" ]; then
        # Its helper runs as squid's own account.
        install -m 400 "$kdc/proxy.keytab" "$dir/log/proxy.keytab"
        negotiate="auth_param negotiate program /usr/lib/squid/negotiate_kerberos_auth -k $dir/log/proxy.keytab -s GSS_C_NO_NAME
auth_param negotiate children 2"
    fi
    [ "$(id -u)" != 0 ] || chown -R proxy: "$dir/log"
    # Last: with it everything is there.
    cat >"$dir/squid.conf" <<EOF
http_port $ADDRESS:$port
pid_filename $dir/log/squid.pid
coredump_dir $dir/log
cache deny all
cache_log $dir/log/cache.log
access_log stdio:$dir/log/access.log
hosts_file $dir/hosts
visible_hostname proxy.example.test
shutdown_lifetime 0 seconds
$negotiate
auth_param basic program /usr/lib/squid/basic_ncsa_auth $dir/users
auth_param basic realm proxy
auth_param basic utf8 off
acl CONNECT method CONNECT
acl web port $origin
acl known proxy_auth REQUIRED
acl updates dstdomain updates.example.test
http_access deny !known
http_access deny CONNECT !web
http_access allow updates
http_access deny all
EOF
}

start() {
    local dir=$1 kdc=${2-} port origin
    command -v squid >/dev/null || fail "package squid is needed"
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    [ -e "$dir/squid.conf" ] || make "$dir" "$kdc"
    port=$(sed -n 's/^http_port .*://p' "$dir/squid.conf")
    origin=$(sed -n 's/^acl web port //p' "$dir/squid.conf")
    [ -z "$kdc" ] || export KRB5_CONFIG=$kdc/krb5.conf

    (cd "$dir/www" && exec setsid openssl s_server -quiet -WWW -accept "$ADDRESS:$origin" -cert "$dir/tls/server.pem" -key "$dir/tls/server.key" \
        >"$dir/log/origin.log" 2>&1 </dev/null) &
    echo $! >"$dir/origin.pid"
    setsid squid -N -f "$dir/squid.conf" >"$dir/log/start.log" 2>&1 </dev/null &
    for _ in $(seq 150); do
        (exec 3<>"/dev/tcp/$ADDRESS/$port") 2>/dev/null && (exec 3<>"/dev/tcp/$ADDRESS/$origin") 2>/dev/null && break
        sleep 0.1
    done
    (exec 3<>"/dev/tcp/$ADDRESS/$port") 2>/dev/null || { cat "$dir/log/start.log" >&2; fail "squid does not start"; }

    echo "export PROVOST_TEST_PROXY=$ADDRESS:$port"
    echo "export PROVOST_TEST_PROXY_USER=$USER_NAME"
    echo "export PROVOST_TEST_PROXY_PASSFILE=$dir/password"
    echo "export PROVOST_TEST_PROXY_CA=$dir/tls/ca.pem"
    echo "export PROVOST_TEST_PROXY_ORIGIN=updates.example.test:$origin"
    echo "export PROVOST_TEST_PROXY_LOG=$dir/log/access.log"
}

stop() {
    local dir=$1 pid
    for pid in "$dir/log/squid.pid" "$dir/origin.pid"; do
        [ ! -e "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || true
    done
    for _ in $(seq 50); do
        [ -e "$dir/log/squid.pid" ] || break
        sleep 0.1
    done
    rm -rf "$dir"
}

case ${1-} in
    start) start "${2:?a folder}" "${3-}" ;;
    stop) stop "${2:?the folder}" ;;
    *) echo "usage: squid.sh start DIR [KDC] | stop DIR" >&2; exit 2 ;;
esac
