/* tls_openssl.c: an https DSN without libcurl. OpenSSL is put under the SDK's own client by four functions; the certificate
 * is checked against the system's authorities, or those in SSL_CERT_FILE, and against the host's name.
 *
 *     cc -pthread examples/tls_openssl.c -o tls_openssl -lssl -lcrypto
 *     SENTRY_DSN=https://KEY@HOST/PROJECT ./tls_openssl */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* -- OpenSSL reads and writes through the SDK, which minds the time -- */

static int io_read(BIO *bio, char *buf, int size) { return sentry_tls_io_read((sentry_tls_io_t *)BIO_get_data(bio), buf, (size_t)size); }
static int io_write(BIO *bio, const char *buf, int size) { return sentry_tls_io_write((sentry_tls_io_t *)BIO_get_data(bio), buf, (size_t)size); }

static long io_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO *io_new(sentry_tls_io_t *io)
{
    static BIO_METHOD *method;
    BIO *bio;
    if (!method) {
        method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "sentry");
        BIO_meth_set_read(method, io_read);
        BIO_meth_set_write(method, io_write);
        BIO_meth_set_ctrl(method, io_ctrl);
    }
    bio = BIO_new(method);
    BIO_set_data(bio, io);
    BIO_set_init(bio, 1);
    return bio;
}

/* -- the four functions -- */

static void *tls_connect(sentry_tls_io_t *io, const char *host, void *context)
{
    SSL *ssl = SSL_new((SSL_CTX *)context);
    BIO *bio = io_new(io);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) != 1) { /* no address: a name */
        SSL_set1_host(ssl, host);
        SSL_set_tlsext_host_name(ssl, host);
    }
    if (SSL_connect(ssl) == 1) return ssl;
    SSL_free(ssl);
    return NULL;
}

static int tls_read(void *session, char *buf, size_t size)
{
    int got = SSL_read((SSL *)session, buf, (int)size);
    return got > 0 ? got : SSL_get_error((SSL *)session, got) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static int tls_write(void *session, const char *buf, size_t size) { return SSL_write((SSL *)session, buf, (int)size); }

static void tls_close(void *session)
{
    SSL_shutdown((SSL *)session);
    SSL_free((SSL *)session);
}

int main(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    sentry_tls_t tls = { tls_connect, tls_read, tls_write, tls_close, NULL };
    sentry_options_t options = { .release = "tls@1.0.0", .tls = &tls };
    int late;
    SSL_CTX_set_default_verify_paths(context);
    tls.user_data = context;
    if (sentry_init(&options) != 0) {
        fprintf(stderr, "%s\n", sentry_get_init_error());
        return 1;
    }
    sentry_capture_message(SENTRY_LEVEL_INFO, "over OpenSSL");
    late = sentry_flush(5000);
    sentry_close();
    SSL_CTX_free(context);
    return late;
}
