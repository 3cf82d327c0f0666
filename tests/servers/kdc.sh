#!/usr/bin/env bash
# Real Kerberos realms for tests: MIT's KDC, once with the right time and once ten minutes ahead, on free ports of this machine.
#
#     eval "$(tests/servers/kdc.sh start DIR)"     starts both and exports what tests need
#     tests/servers/kdc.sh stop DIR                stops them and leaves nothing running
#
# MIT.EXAMPLE.TEST has accounts in every state that a sign-in tells apart, and services with keytabs below DIR; the clock of
# SKEWED.EXAMPLE.TEST is wrong; MIT.EXAMPLE.TEST refers to BRANCH.EXAMPLE.TEST for hosts of that name; nobody answers for SILENT.EXAMPLE.TEST.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin

readonly REALM=MIT.EXAMPLE.TEST SKEWED=SKEWED.EXAMPLE.TEST BRANCH=BRANCH.EXAMPLE.TEST
readonly PASSWORD='p%40ss wörd 日本 "\$'

fail() { echo "kdc.sh: $*" >&2; exit 1; }

free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    fail "no free port"
}

# realm NAME PORT [COMMAND...]: a realm of its own, served by a process that COMMAND starts.
realm() {
    local name=$1 port=$2 home=$dir/$1
    shift 2
    mkdir -p "$home"
    cat >"$home/kdc.conf" <<CONF
[realms]
    $name = {
        database_name = $home/principal
        key_stash_file = $home/stash
        acl_file = $home/acl
        kdc_listen = 127.0.0.1:$port
        kdc_tcp_listen = 127.0.0.1:$port
        supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
    }
[logging]
    kdc = FILE:$home/kdc.log
CONF
    export KRB5_KDC_PROFILE=$home/kdc.conf
    kdb5_util -r "$name" create -s -P "$(head -c 24 /dev/urandom | base64)" >"$home/create.log" 2>&1 || { cat "$home/create.log" >&2; fail "no database"; }
    kadmin.local -r "$name" >"$home/kadmin.log" 2>&1
    setsid "$@" krb5kdc -n -r "$name" >"$home/start.log" 2>&1 </dev/null &
    echo $! >"$home/pid"
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        sleep 0.1
    done
    cat "$home/start.log" "$home/kdc.log" >&2
    fail "the KDC of $name does not start"
}

# A password as kadmin reads one in its own commands.
quoted() { printf '"%s"' "${1//\"/\"\"}"; }

start() {
    local port skewed branch password between
    command -v krb5kdc >/dev/null && command -v kadmin.local >/dev/null || fail "packages krb5-kdc and krb5-admin-server are needed"
    command -v faketime >/dev/null || fail "package faketime is needed"
    mkdir -p "$1"
    dir=$(cd "$1" && pwd)
    chmod 755 "$dir"
    port=$(free_port)
    skewed=$(free_port)
    branch=$(free_port)
    cat >"$dir/krb5.conf" <<CONF
[libdefaults]
    default_realm = $REALM
    rdns = false
    dns_canonicalize_hostname = false
    dns_lookup_realm = false
    dns_lookup_kdc = false
    forwardable = true
    kdc_timesync = 0
    udp_preference_limit = 1
[realms]
    $REALM = {
        kdc = 127.0.0.1:$port
    }
    $SKEWED = {
        kdc = 127.0.0.1:$skewed
    }
    $BRANCH = {
        kdc = 127.0.0.1:$branch
    }
    SILENT.EXAMPLE.TEST = {
        kdc = 127.0.0.1:1
    }
[domain_realm]
    .mit.example.test = $REALM
    .branch.example.test = $BRANCH
CONF
    export KRB5_CONFIG=$dir/krb5.conf
    printf '%s' "$PASSWORD" >"$dir/password"
    password=$(quoted "$PASSWORD")
    between=$(quoted "$(head -c 24 /dev/urandom | base64)")

    # The policy locks at the first wrong password; an account of it is given one below. A keytab whose account has got
    # a new key since is an old one.
    realm "$REALM" "$port" <<COMMANDS
add_policy -maxfailure 1 -lockoutduration 1day -failurecountinterval 1day locking
add_principal +requires_preauth -pw $password ada
add_principal +requires_preauth -pw $password ben
add_principal +requires_preauth -pw $password -expire yesterday expired
add_principal +requires_preauth -pw $password -pwexpire yesterday stale
add_principal +requires_preauth -pw $password +needchange fresh
add_principal +requires_preauth -pw $password -allow_tix disabled
add_principal +requires_preauth -pw $password -policy locking locked
add_principal +requires_preauth -randkey SITE\$
ktadd -k $dir/site.keytab SITE\$
add_principal +requires_preauth -randkey OLD\$
ktadd -k $dir/old.keytab OLD\$
change_password -randkey OLD\$
add_principal -randkey HTTP/site.mit.example.test
ktadd -k $dir/http.keytab HTTP/site.mit.example.test
add_principal -randkey HTTP/localhost
ktadd -k $dir/proxy.keytab HTTP/localhost
add_principal -randkey ldap/dc1.mit.example.test
ktadd -k $dir/ldap.keytab ldap/dc1.mit.example.test
add_principal -pw $between krbtgt/$BRANCH
COMMANDS
    kinit -c "MEMORY:none" locked <<<"wrong" >/dev/null 2>&1 && fail "a wrong password is taken"
    realm "$SKEWED" "$skewed" faketime -f +600s <<COMMANDS
add_principal +requires_preauth -pw $password ada
COMMANDS
    realm "$BRANCH" "$branch" <<COMMANDS
add_principal -pw $between krbtgt/$BRANCH@$REALM
add_principal -randkey HTTP/site.branch.example.test
COMMANDS

    echo "export PROVOST_TEST_KDC=$dir"
    echo "export PROVOST_TEST_KDC_CONFIG=$dir/krb5.conf"
}

stop() {
    local dir=$1 pid
    for pid in "$dir"/*/pid; do
        # Each leads a session, and so a group, of its own.
        [ -e "$pid" ] || continue
        pid=$(cat "$pid")
        kill -- "-$pid" 2>/dev/null || true
        # What faketime shares with the process it starts.
        rm -f "/dev/shm/faketime_shm_$pid" "/dev/shm/sem.faketime_sem_$pid"
    done
    rm -rf "$dir"
}

case ${1-} in
    start) start "${2:?a folder}" ;;
    stop) stop "${2:?the folder}" ;;
    *) echo "usage: kdc.sh start|stop DIR" >&2; exit 2 ;;
esac
