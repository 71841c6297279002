# Makes a PostgreSQL cluster in the folder $1 by the programs in $2, with $3 for fsync, says "ready",
# and waits for the end of its input, which comes when the program that started it ends, in whatever
# way. Then nothing is left.
folder=$1
PATH=$2:$PATH
export PATH

end() {
    pg_ctl --pgdata "$folder/data" --mode immediate --silent stop >/dev/null 2>&1
    rm -rf "$folder"
    exit "$1"
}
trap 'end 1' HUP INT TERM
# Whom "ready" is for may be gone already.
trap '' PIPE

fail() {
    cat "$folder/log" >&2
    end 1
}

make() {
    initdb --pgdata "$folder/data" --username evenkeel --auth trust --no-sync --encoding UTF8 \
        --locale C "$@" >"$folder/log" 2>&1
}

# Unlike SQLite, many servers neither sort text by its bytes nor live in UTC: this one does neither.
make --locale-provider icu --icu-locale en-US || { rm -rf "$folder/data" && make; } || fail

cat >>"$folder/data/postgresql.conf" <<CONFIGURATION
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 200
fsync = $3
timezone = 'Asia/Shanghai'
CONFIGURATION

pg_ctl --pgdata "$folder/data" --log "$folder/log" --wait --silent start >/dev/null || fail
{ echo ready; } 2>/dev/null
while read -r _; do :; done
end 0
