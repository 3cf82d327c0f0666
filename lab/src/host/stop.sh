# Ends every process of a host but the first and this one, more firmly if need be.
for signal in TERM TERM KILL; do
    kill -"$signal" -1 2>/dev/null
    for _ in $(seq 100); do
        others=0
        for process in /proc/[0-9]*; do
            case ${process#/proc/} in 1 | $$) continue ;; esac
            # What has no command line has ended, and its parent has not asked how.
            line=$(tr -d '\0' 2>/dev/null <"$process/cmdline") || continue
            # The first process sleeps by way of another.
            case $line in '' | sleep*) ;; *) others=$((others + 1)) ;; esac
        done
        [ "$others" -gt 0 ] || exit 0
        sleep 0.03
    done
done
echo "$others processes do not end" >&2
exit 1
