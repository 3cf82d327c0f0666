# The first process of a host, in namespaces of its own: makes the host's files private, then stays. When it is killed, the
# kernel ends every process of the host and takes its mounts and its network away.
#
#     init.sh FOLDER NAME ADDRESS
set -eu
folder=$1 name=$2 address=$3
mount --make-rprivate /
mount -t tmpfs -o mode=755 lab /run
mkdir -p /run/lab/etc /run/lab/work /run/lock
# What the machine has in /etc can be read; what the host writes there is seen by the host alone.
mount -t overlay lab -o lowerdir=/etc,upperdir=/run/lab/etc,workdir=/run/lab/work /etc
mount -t tmpfs -o mode=755 lab /var/log
# What programs share by a name that has their process number in it: hosts have the same numbers.
mount -t tmpfs -o mode=1777 lab /dev/shm
# A small disk of its own, to be filled.
mount -t tmpfs -o size=8m,mode=755 lab /srv
for part in lib cache log; do
    mkdir -p "$folder/$part" "/var/$part/samba"
    mount --bind "$folder/$part" "/var/$part/samba"
done
mkdir -p -m 700 /var/lib/samba/private
hostname "$name"
rm -f /etc/resolv.conf /etc/krb5.conf /etc/krb5.keytab /etc/hosts
rm -rf /etc/samba
mkdir /etc/samba
cp "$folder/resolv.conf" "$folder/krb5.conf" /etc
printf '127.0.0.1 localhost\n%s\n' "$(cat "$folder/hosts")" >/etc/hosts
ip link set lo up
# The network cable comes from outside.
for _ in $(seq 500); do
    [ ! -e /sys/class/net/eth0 ] || break
    sleep 0.01
done
ip address add "$address/24" dev eth0
ip link set eth0 up
: >"$folder/ready"
# Bash takes in every process of the host whose parent ended.
while :; do sleep 3600 || :; done
