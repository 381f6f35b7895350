#!/bin/sh
# Makes the certificates for server.js in a folder: an authority (ca.pem), another (other.pem), and what the former signed: a
# good one, one for another host, one that has expired.
#     certificates.sh FOLDER
set -e
cd "$1"
key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
for authority in ca other; do
    openssl req -x509 $key -keyout $authority.key -out $authority.pem -days 2 -subj "/CN=$authority"
done
# sign NAME HOST DAYS
sign() {
    openssl req $key -keyout $1.key -out $1.csr -subj "/CN=$2"
    printf 'subjectAltName=DNS:%s\n' $2 >$1.ext
    openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $3 -extfile $1.ext -out $1.pem
}
sign good localhost 2
sign stranger other.example 2
sign expired localhost -1
! openssl x509 -in expired.pem -noout -checkend 0 >expired.txt
