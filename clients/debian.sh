# Sourced by the build scripts of the clients: says which Debian packages of `debian-packages.txt` are missing, and ends with 3.
packages=$(cat debian-packages.txt)
if ! command -v dpkg-query >/dev/null; then
    echo "cannot build here: this needs Debian 12 with the packages of $PWD/debian-packages.txt" >&2
    exit 3
fi
missing=$(for package in $packages; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
done)
if [ -n "$missing" ]; then
    echo "cannot build here: missing packages:" $missing >&2
    echo "as root: apt-get update && apt-get install --no-install-recommends" $missing >&2
    exit 3
fi
