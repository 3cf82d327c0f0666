#!/usr/bin/env bash
# A real SMTP server for tests: Postfix, which asks Dovecot about passwords. As root, on a free port of this machine, with a
# certificate of its own authority.
#
#     eval "$(tests/servers/smtp.sh start DIR)"     makes it when DIR is empty, starts it and exports what tests need
#     tests/servers/smtp.sh stop DIR                stops it and leaves nothing running
#
# It offers STARTTLS, and AUTH only after that; takes mail only from who signed in, each account as its own address only;
# and delivers to files below DIR/mail. Accounts: alerts@corp.example.test and other@corp.example.test.
set -euo pipefail

readonly ALERTS_PASSWORD='p%40ss wörd 日本 "\$'
readonly OTHER_PASSWORD='another password'

# Another address of this machine, and its name, for a host that has one of its own.
readonly ADDRESS=${SERVER_ADDRESS:-127.0.0.1} NAME=${SERVER_NAME:-localhost}

fail() { echo "smtp.sh: $*" >&2; exit 1; }

free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/$ADDRESS/$port") 2>/dev/null || { echo "$port"; return; }
    done
    fail "no free port"
}

# make DIR
make() {
    local dir=$1 port
    mkdir -p "$dir"/{conf,queue,data,mail,run,tls}
    chmod 755 "$dir" "$dir"/*
    port=$(free_port)

    # An authority, and a certificate for this machine's names.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Test mail authority" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$dir/tls/ca.key" -out "$dir/tls/ca.pem" 2>/dev/null
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$NAME" -keyout "$dir/tls/server.key" -out "$dir/tls/server.csr" 2>/dev/null
    openssl x509 -req -in "$dir/tls/server.csr" -CA "$dir/tls/ca.pem" -CAkey "$dir/tls/ca.key" -CAcreateserial -days 2 \
        -extfile <(printf 'subjectAltName=DNS:%s,IP:%s' "$NAME" "$ADDRESS") -out "$dir/tls/server.pem" 2>/dev/null

    printf '%s:{PLAIN}%s\n' alerts@corp.example.test "$ALERTS_PASSWORD" other@corp.example.test "$OTHER_PASSWORD" >"$dir/conf/passwd"
    cat >"$dir/conf/dovecot.conf" <<EOF
base_dir = $dir/run/dovecot
state_dir = $dir/run/dovecot
log_path = $dir/dovecot.log
protocols =
ssl = no
auth_mechanisms = plain login
auth_username_chars =
disable_plaintext_auth = no
# Wrong passwords are what the tests try: nobody is made to wait for it, however often.
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u $dir/conf/passwd
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}
service auth {
  unix_listener $dir/queue/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
EOF
    mkdir -p "$dir/run/dovecot"

    cat >"$dir/conf/main.cf" <<EOF
compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
queue_directory = $dir/queue
data_directory = $dir/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = /var/log/provost-test-smtp-$port.log
myhostname = mail01.corp.example.test
mydestination =
inet_interfaces = $ADDRESS
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
virtual_mailbox_domains = corp.example.test
virtual_mailbox_base = $dir/mail
virtual_mailbox_maps = texthash:$dir/conf/mailboxes
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
virtual_minimum_uid = 1
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = $dir/tls/server.pem
smtpd_tls_key_file = $dir/tls/server.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = auth
smtpd_sender_login_maps = texthash:$dir/conf/senders
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_auth_rate_limit = 0
anvil_rate_time_unit = 1s
EOF
    printf 'ada@corp.example.test ada\nalerts@corp.example.test alerts\n' >"$dir/conf/mailboxes"
    printf '%s %s\n' alerts@corp.example.test alerts@corp.example.test other@corp.example.test other@corp.example.test >"$dir/conf/senders"
    cat >"$dir/conf/master.cf" <<EOF
$ADDRESS:$port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
EOF
    chown postfix "$dir/data"
    chown nobody:nogroup "$dir/mail"
    # Last: with it everything is there.
    echo "$port" >"$dir/port"
}

start() {
    local dir=$1 port
    [ "$(id -u)" = 0 ] || fail "Postfix needs root"
    command -v postfix >/dev/null && command -v dovecot >/dev/null || fail "packages postfix and dovecot-core are needed"
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    [ -e "$dir/port" ] || make "$dir"
    port=$(cat "$dir/port")

    dovecot -c "$dir/conf/dovecot.conf" || fail "Dovecot does not start; $dir/dovecot.log"
    postfix -c "$dir/conf" start >"$dir/postfix.log" 2>&1 || { cat "$dir/postfix.log" >&2; fail "Postfix does not start"; }
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/$ADDRESS/$port") 2>/dev/null && break
        sleep 0.1
    done

    echo "export PROVOST_TEST_SMTP=$NAME:$port"
    echo "export PROVOST_TEST_SMTP_CA=$dir/tls/ca.pem"
    echo "export PROVOST_TEST_SMTP_PASSWORDS=$dir/conf/passwd"
    echo "export PROVOST_TEST_SMTP_MAIL=$dir/mail"
}

stop() {
    local dir=$1
    [ ! -e "$dir/conf/main.cf" ] || postfix -c "$dir/conf" stop >/dev/null 2>&1 || true
    [ ! -e "$dir/conf/dovecot.conf" ] || doveadm -c "$dir/conf/dovecot.conf" stop >/dev/null 2>&1 || true
    [ ! -e "$dir/port" ] || rm -f "/var/log/provost-test-smtp-$(cat "$dir/port").log"
    rm -rf "$dir"
}

case ${1-} in
    start) start "${2:?a folder}" ;;
    stop) stop "${2:?the folder}" ;;
    *) echo "usage: smtp.sh start|stop DIR" >&2; exit 2 ;;
esac
