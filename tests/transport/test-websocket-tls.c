/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS under WebSocket, on both sides of it, against flights that were spoilt: real ones of our own,
 * each mutated and given to an upgrade over a pair of sockets. */
#include <malloc.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "kad-error.h"
#include "kad-websocket-transport.h"
#include "kad-ws-upgrade.h"
#include "tls-mutator.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define HANDSHAKE_HEADER 5
#define SESSION_ID_AT 43
/* Of one upgrade; what turns without reading turns on. */
#define MAX_TURNS 1000
#define N_WARM_UP 1000
#define N_HELLOS 15000
#define N_FLIGHTS 5000
#define FULL_FACTOR 67
/* What malloc keeps for each thread counts as allocated: some 70 KiB, and no more after a million.
 */
#define MAX_DRIFT_BYTES (128 * 1024)
#define MAX_RSS_DRIFT_BYTES (4 * 1024 * 1024)
#define CUT_TIMEOUT_MS 300
/* So many at once as fit into the descriptors of a test. */
#define N_AT_ONCE 128

typedef struct
{
  KadWsTls *server;
  KadWsTls *client;
  GByteArray *hello;    /* a client's */
  GByteArray *flight;   /* a server's answer in TLS 1.3 */
  GByteArray *flight12; /* in TLS 1.2: no part of it is encrypted */
  GRand *rand;
  guint n_descriptors;
  guint n_refused;
  guint n_waited;
} Lab;

/* An upgrade under way, or over. */
typedef struct
{
  int far; /* (owned) */
  gboolean is_done;
  GIOStream *stream;
  GError *error;
} Trial;

static char *
find_certificate (const char *name)
{
  return g_build_filename (g_getenv ("KAD_TEST_CERTIFICATES"), name, NULL);
}

/* ---- one upgrade ---- */

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Trial *trial = user_data;

  trial->stream = kad_ws_upgrade_finish (result, &trial->error);
  trial->is_done = TRUE;
}

static void
make_pair (int fds[2])
{
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
}

static void
start_on (Trial *trial, Lab *lab, gboolean is_client, int fd, gint64 timeout_us)
{
  const KadWsUpgradePlan plan = {
    .is_client = is_client,
    .tls = is_client ? lab->client : lab->server,
    .host = "localhost",
    .authority = "localhost",
    .timeout_us = timeout_us,
  };

  kad_ws_upgrade_async (kad_ws_socket_new (fd), &plan, NULL, on_done, trial);
}

static void
start (Trial *trial, Lab *lab, gboolean is_client, gint64 timeout_us)
{
  int fds[2];

  *trial = (Trial){ 0 };
  make_pair (fds);
  trial->far = fds[1];
  start_on (trial, lab, is_client, fds[0], timeout_us);
}

static void
trial_clear (Trial *trial)
{
  g_clear_error (&trial->error);
  g_clear_object (&trial->stream);
  if (trial->far > 0)
    close (trial->far);
  *trial = (Trial){ 0 };
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

/* As far as it goes by itself. */
static void
turn (void)
{
  for (guint n = 0; g_main_context_iteration (NULL, FALSE); n++)
    g_assert_cmpuint (n, <, MAX_TURNS);
}

static void
wait_for (Trial *trial)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  while (!trial->is_done)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
send_to (Trial *trial, const GByteArray *bytes)
{
  /* Who has given up already reads no more. */
  gssize n = send (trial->far, bytes->data, bytes->len, MSG_NOSIGNAL);

  g_assert_true (n == (gssize) bytes->len || (n < 0 && trial->is_done));
}

static GByteArray *
receive (int fd)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 block[8192];
  gssize n;

  while ((n = recv (fd, block, sizeof block, 0)) > 0)
    g_byte_array_append (bytes, block, (guint) n);
  return bytes;
}

/* Nobody gets in: it is over with an error, or waits for more until there is no more. */
static void
expect_refusal (Lab *lab, Trial *trial)
{
  turn ();
  if (trial->is_done)
    lab->n_refused++;
  else
    {
      lab->n_waited++;
      shutdown (trial->far, SHUT_WR);
      wait_for (trial);
    }
  g_assert_null (trial->stream);
  g_assert_nonnull (trial->error);
  g_assert_true (trial->error->domain == KAD_ERROR || trial->error->domain == G_IO_ERROR);
  g_assert_cmpstr (trial->error->message, !=, "");
  g_assert_true (g_utf8_validate (trial->error->message, -1, NULL));
  trial_clear (trial);
}

/* ---- what is spoilt ---- */

static GByteArray *
capture_hello (Lab *lab)
{
  g_auto (Trial) trial = { 0 };
  GByteArray *hello;

  start (&trial, lab, TRUE, PATIENCE_US);
  hello = receive (trial.far);
  expect_refusal (lab, &trial);
  return hello;
}

static GByteArray *
capture_flight (Lab *lab)
{
  g_auto (Trial) trial = { 0 };
  GByteArray *flight;

  start (&trial, lab, FALSE, PATIENCE_US);
  send_to (&trial, lab->hello);
  turn ();
  flight = receive (trial.far);
  expect_refusal (lab, &trial);
  return flight;
}

/* From a server that knows TLS 1.2 at most. */
static GByteArray *
capture_flight12 (Lab *lab)
{
  g_autofree char *certificate = find_certificate ("cert.pem");
  g_autofree char *key = find_certificate ("key.pem");
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t session;
  GByteArray *flight;
  int fds[2];

  make_pair (fds);
  g_assert_cmpint (gnutls_certificate_allocate_credentials (&credentials), ==, 0);
  g_assert_cmpint (
      gnutls_certificate_set_x509_key_file (credentials, certificate, key, GNUTLS_X509_FMT_PEM), >=,
      0);
  g_assert_cmpint (gnutls_init (&session, GNUTLS_SERVER | GNUTLS_NONBLOCK), ==, 0);
  g_assert_cmpint (gnutls_priority_set_direct (session, "NORMAL:-VERS-ALL:+VERS-TLS1.2", NULL), ==,
                   0);
  g_assert_cmpint (gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, credentials), ==, 0);
  gnutls_transport_set_int (session, fds[0]);
  g_assert_cmpint (send (fds[1], lab->hello->data, lab->hello->len, 0), ==, lab->hello->len);
  g_assert_cmpint (gnutls_handshake (session), ==, GNUTLS_E_AGAIN);
  flight = receive (fds[1]);
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);
  close (fds[0]);
  close (fds[1]);
  return flight;
}

/* ---- the rounds ---- */

static void
try_hello (Lab *lab, guint round)
{
  g_auto (Trial) trial = { 0 };
  g_autoptr (GByteArray) hello
      = tls_mutate (lab->hello, round % TLS_N_MUTATIONS, round / TLS_N_MUTATIONS, lab->rand);

  start (&trial, lab, FALSE, PATIENCE_US);
  send_to (&trial, hello);
  expect_refusal (lab, &trial);
}

/* Begins a dial, and answers it. The captured flight fits when it names the client's session. */
static void
answer (Lab *lab, Trial *trial, gboolean is_12, TlsMutation mutation, guint round)
{
  GByteArray *flight = is_12 ? lab->flight12 : lab->flight;
  g_autoptr (GByteArray) hello = NULL;
  g_autoptr (GByteArray) mutated = NULL;

  start (trial, lab, TRUE, PATIENCE_US);
  hello = receive (trial->far);
  if (!is_12)
    memcpy (flight->data + SESSION_ID_AT, hello->data + SESSION_ID_AT, 1 + 32);
  mutated = tls_mutate (flight, mutation, round, lab->rand);
  send_to (trial, mutated);
}

static void
try_flight (Lab *lab, guint round)
{
  g_auto (Trial) trial = { 0 };

  answer (lab, &trial, round / TLS_N_MUTATIONS % 2 == 1, round % TLS_N_MUTATIONS,
          round / TLS_N_MUTATIONS / 2);
  expect_refusal (lab, &trial);
}

static void
expect_honest (Lab *lab)
{
  g_auto (Trial) client = { 0 };
  g_auto (Trial) server = { 0 };
  int fds[2];

  make_pair (fds);
  start_on (&server, lab, FALSE, fds[0], PATIENCE_US);
  start_on (&client, lab, TRUE, fds[1], PATIENCE_US);
  wait_for (&client);
  wait_for (&server);
  g_assert_no_error (client.error);
  g_assert_no_error (server.error);
  g_assert_true (G_IS_IO_STREAM (client.stream));
  g_assert_true (G_IS_IO_STREAM (server.stream));
}

static void
lab_init (Lab *lab)
{
  g_autofree char *certificate = find_certificate ("cert.pem");
  g_autofree char *key = find_certificate ("key.pem");
  g_autofree char *ca = find_certificate ("ca.pem");
  g_autoptr (GError) error = NULL;

  *lab = (Lab){ .rand = g_rand_new_with_seed (45402) };
  lab->server = kad_ws_tls_new_server (certificate, key, &error);
  g_assert_no_error (error);
  lab->client = kad_ws_tls_new_client (ca, &error);
  g_assert_no_error (error);
  lab->hello = capture_hello (lab);
  lab->flight = capture_flight (lab);
  lab->flight12 = capture_flight12 (lab);
  expect_honest (lab);
  turn ();
  lab->n_descriptors = channel_count_descriptors ();
}

static void
lab_clear (Lab *lab)
{
  turn ();
  g_assert_cmpuint (channel_count_descriptors (), ==, lab->n_descriptors);
  kad_ws_tls_unref (lab->server);
  kad_ws_tls_unref (lab->client);
  g_byte_array_unref (lab->hello);
  g_byte_array_unref (lab->flight);
  g_byte_array_unref (lab->flight12);
  g_rand_free (lab->rand);
}

/* What is held now; 0 where nobody knows it (a sanitizer's allocator). */
static gsize
count_allocated (void)
{
#ifdef HAVE_MALLINFO2
  return mallinfo2 ().uordblks;
#else
  return 0;
#endif
}

static gsize
count_resident (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  line = strstr (text, "RssAnon:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("RssAnon:"), NULL, 10) * 1024 : 0;
}

static void
run_rounds (Lab *lab, void (*try_one) (Lab *, guint), guint n)
{
  gboolean is_full = g_strcmp0 (g_getenv ("KAD_HOSTILE_FULL"), "1") == 0;
  guint n_rounds = n * (is_full ? FULL_FACTOR : 1);
  gsize allocated, resident;

  for (guint round = 0; round < N_WARM_UP; round++)
    try_one (lab, round);
  allocated = count_allocated ();
  resident = count_resident ();
  lab->n_refused = lab->n_waited = 0;
  for (guint round = 0; round < n_rounds; round++)
    try_one (lab, round);
  g_test_message ("%u were refused, %u waited for more; %" G_GSSIZE_FORMAT
                  " bytes allocated and %" G_GSSIZE_FORMAT " resident more than before",
                  lab->n_refused, lab->n_waited, (gssize) (count_allocated () - allocated),
                  (gssize) (count_resident () - resident));
  g_assert_cmpuint (lab->n_refused + lab->n_waited, ==, n_rounds);
  g_assert_cmpuint (lab->n_refused, >, n_rounds / 4);
  g_assert_cmpuint (count_allocated (), <=, allocated + MAX_DRIFT_BYTES);
  if (allocated > 0)
    g_assert_cmpuint (count_resident (), <=, resident + MAX_RSS_DRIFT_BYTES);
  expect_honest (lab);
}

static void
test_hellos_of_clients (void)
{
  Lab lab;

  g_test_summary ("A ClientHello that was spoilt gets nobody in, stops nothing and leaves nothing");

  lab_init (&lab);
  run_rounds (&lab, try_hello, N_HELLOS);
  lab_clear (&lab);
}

static void
test_flights_of_servers (void)
{
  Lab lab;

  g_test_summary (
      "An answer of a server that was spoilt, in TLS 1.3 and 1.2, ends the dial with an "
      "error and leaves nothing");

  lab_init (&lab);
  run_rounds (&lab, try_flight, N_FLIGHTS);
  lab_clear (&lab);
}

static void
test_an_extension_twice (void)
{
  Lab lab;

  g_test_summary ("A ServerHello with two extensions of a type is refused before it is looked at: "
                  "GnuTLS 3.7 loses memory over two shares of a key");

  lab_init (&lab);
  for (guint round = 0; round < 100; round++)
    {
      g_auto (Trial) trial = { 0 };

      answer (&lab, &trial, round % 2 == 1, TLS_DUPLICATE_EXTENSION, round);
      turn ();
      g_assert_true (trial.is_done);
      g_assert_error (trial.error, KAD_ERROR, KAD_ERROR_PROTOCOL);
      g_assert_nonnull (strstr (trial.error->message, "illegal TLS extension"));
    }
  expect_honest (&lab);
  lab_clear (&lab);
}

/* ---- the deadline ---- */

static void
expect_timeouts (Lab *lab, gboolean is_client, const GByteArray *flight, guint from, guint n)
{
  Trial trials[N_AT_ONCE] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      const GByteArray cut = { flight->data, from + i };

      start (&trials[i], lab, is_client, CUT_TIMEOUT_MS * 1000);
      g_byte_array_unref (receive (trials[i].far));
      send_to (&trials[i], &cut);
    }
  for (guint i = 0; i < n; i++)
    {
      wait_for (&trials[i]);
      g_assert_error (trials[i].error, KAD_ERROR, KAD_ERROR_TIMEOUT);
      g_assert_cmpstr (trials[i].error->message, ==, "the TLS handshake did not end in 300 ms");
      trial_clear (&trials[i]);
    }
}

static void
test_the_deadline (void)
{
  const guint header = HANDSHAKE_HEADER;
  Lab lab;

  g_test_summary (
      "A ClientHello, and a ServerHello, that stops at any byte is waited for until the "
      "upgrade's deadline, and no longer");

  lab_init (&lab);
  for (guint from = 0; from < lab.hello->len; from += N_AT_ONCE)
    expect_timeouts (&lab, FALSE, lab.hello, from, MIN (N_AT_ONCE, lab.hello->len - from));
  expect_timeouts (&lab, TRUE, lab.flight, 0,
                   MIN (N_AT_ONCE, header + lab.flight->data[3] * 256U + lab.flight->data[4]));
  expect_honest (&lab);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_websocket_transport_register_static ();
  g_test_add_func ("/security/CVE-2024-45402/hellos-of-clients", test_hellos_of_clients);
  g_test_add_func ("/security/CVE-2024-45402/answers-of-servers", test_flights_of_servers);
  g_test_add_func ("/security/CVE-2024-45402/an-extension-twice", test_an_extension_twice);
  g_test_add_func ("/security/CVE-2024-45402/the-deadline", test_the_deadline);
  return g_test_run ();
}
