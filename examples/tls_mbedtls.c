/* tls_mbedtls.c: an https DSN on a small device. Mbed TLS is put under the SDK's own client by four functions; the certificate
 * is checked against the authorities in a file and against the host's name.
 *
 *     cc -pthread examples/tls_mbedtls.c -o tls_mbedtls -lmbedtls -lmbedx509 -lmbedcrypto
 *     SENTRY_DSN=https://KEY@HOST/PROJECT ./tls_mbedtls /etc/ssl/certs/ca-certificates.crt */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>

/* What all sessions share. */
typedef struct {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt authorities;
    mbedtls_ssl_config config;
} tls_context_t;

static int context_start(tls_context_t *c, const char *authorities)
{
    mbedtls_entropy_init(&c->entropy);
    mbedtls_ctr_drbg_init(&c->random);
    mbedtls_x509_crt_init(&c->authorities);
    mbedtls_ssl_config_init(&c->config);
    if (mbedtls_ctr_drbg_seed(&c->random, mbedtls_entropy_func, &c->entropy, NULL, 0) != 0) return 1;
    if (mbedtls_x509_crt_parse_file(&c->authorities, authorities) != 0) return 1;
    if (mbedtls_ssl_config_defaults(&c->config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0) return 1;
    mbedtls_ssl_conf_rng(&c->config, mbedtls_ctr_drbg_random, &c->random);
    mbedtls_ssl_conf_ca_chain(&c->config, &c->authorities, NULL);
    mbedtls_ssl_conf_authmode(&c->config, MBEDTLS_SSL_VERIFY_REQUIRED);
    return 0;
}

static void context_end(tls_context_t *c)
{
    mbedtls_ssl_config_free(&c->config);
    mbedtls_x509_crt_free(&c->authorities);
    mbedtls_ctr_drbg_free(&c->random);
    mbedtls_entropy_free(&c->entropy);
}

/* -- Mbed TLS reads and writes through the SDK, which minds the time -- */

static int io_read(void *io, unsigned char *buf, size_t size) { return sentry_tls_io_read((sentry_tls_io_t *)io, (char *)buf, size); }
static int io_write(void *io, const unsigned char *buf, size_t size) { return sentry_tls_io_write((sentry_tls_io_t *)io, (const char *)buf, size); }

/* -- the four functions -- */

static void tls_close(void *session)
{
    mbedtls_ssl_close_notify((mbedtls_ssl_context *)session);
    mbedtls_ssl_free((mbedtls_ssl_context *)session);
    free(session);
}

static void *tls_connect(sentry_tls_io_t *io, const char *host, void *context)
{
    mbedtls_ssl_context *ssl = (mbedtls_ssl_context *)malloc(sizeof *ssl);
    if (!ssl) return NULL;
    mbedtls_ssl_init(ssl);
    mbedtls_ssl_set_bio(ssl, io, io_write, io_read, NULL);
    if (mbedtls_ssl_setup(ssl, &((tls_context_t *)context)->config) == 0 && mbedtls_ssl_set_hostname(ssl, host) == 0
        && mbedtls_ssl_handshake(ssl) == 0)
        return ssl;
    mbedtls_ssl_free(ssl);
    free(ssl);
    return NULL;
}

static int tls_read(void *session, char *buf, size_t size)
{
    int got = mbedtls_ssl_read((mbedtls_ssl_context *)session, (unsigned char *)buf, size);
    return got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : got;
}

static int tls_write(void *session, const char *buf, size_t size)
{
    return mbedtls_ssl_write((mbedtls_ssl_context *)session, (const unsigned char *)buf, size);
}

int main(int argc, char **argv)
{
    static tls_context_t context;
    sentry_tls_t tls = { tls_connect, tls_read, tls_write, tls_close, &context };
    sentry_options_t options = { .release = "tls@1.0.0", .tls = &tls };
    int late;
    if (argc < 2 || context_start(&context, argv[1]) != 0) {
        fprintf(stderr, "usage: %s FILE-WITH-AUTHORITIES.pem\n", argv[0]);
        return 1;
    }
    if (sentry_init(&options) != 0) {
        fprintf(stderr, "%s\n", sentry_get_init_error());
        return 1;
    }
    sentry_capture_message(SENTRY_LEVEL_INFO, "over Mbed TLS");
    late = sentry_flush(5000);
    sentry_close();
    context_end(&context);
    return late;
}
