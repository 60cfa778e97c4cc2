# The country codes of a database by mmdblookup, one process an address: addresses come one a line, codes (or "unknown") go out one a line.
command -v mmdblookup > /dev/null || exit 127
while read -r address; do
    code=$(mmdblookup --file "$1" --ip "$address" country_code 2> /dev/null)
    code=${code#*\"}
    echo "${code%%\"*}"
done | sed 's/^$/unknown/'
