/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-noise.h"
#include "kad-peer-id.h"
#include "kad-yamux-header.h"

G_BEGIN_DECLS

/* Who attacks: few of them, so that what a node remembers of peers stays the same. Each connects
 * from an address of its own in 127.0.0.0/8. */
#define N_ATTACKERS 64

#define MULTISTREAM "\x13/multistream/1.0.0\n"
#define MULTISTREAM_NOISE MULTISTREAM "\x07/noise\n"
#define OPEN_KAD MULTISTREAM "\x10/ipfs/kad/1.0.0\n"
#define OPEN_IDENTIFY MULTISTREAM "\x0f/ipfs/id/1.0.0\n"
#define OPEN_PUSH MULTISTREAM "\x14/ipfs/id/push/1.0.0\n"
#define OPEN_PING MULTISTREAM "\x11/ipfs/ping/1.0.0\n"

/* The node that is attacked, and the randomness of the attack. */
typedef struct
{
  guint16 port;
  GRand *rand;
  KadPrivateKey *keys[N_ATTACKERS];
  KadNoiseIdentity *identities[N_ATTACKERS];
} Target;

/* A connection that is secure, and on which frames are made by hand. Its calls wait, with a limit
 * in milliseconds. */
typedef struct
{
  int fd;
  guint attacker;
  KadNoiseSession session;
  KadBuffer out;   /* sealed, and not taken yet */
  KadBuffer raw;   /* came, sealed */
  KadBuffer plain; /* came, opened, not looked at */
  guint32 next_stream;
  guint n_pongs;
  guint n_resets;
  guint n_fins;
  gsize n_stream_bytes;  /* that came on streams of ours */
  GByteArray *collected; /* (nullable) where they go */
  KadPeerId node;        /* who the node has proven to be */
  gboolean is_closed;
} Session;

G_NORETURN void hostile_die (const char *format, ...) G_GNUC_PRINTF (1, 2);
void target_init (Target *self, const char *port, guint32 seed);
void target_clear (Target *self);
/* -1: refused. */
int target_connect (Target *self, guint attacker);
/* Whether the other side ends it within the time; what comes is dropped. */
gboolean wait_closed (int fd, gint64 timeout_ms);
/* Gives how much was taken. */
gsize send_some (int fd, gconstpointer data, gsize len, gint64 timeout_ms);
gboolean send_all (int fd, gconstpointer data, gsize len, gint64 timeout_ms);
/* Closes at once, without leaving the port in TIME_WAIT. */
void close_hard (int fd);

/* FALSE: the node did not let us in. */
gboolean session_open (Session *self, Target *target, guint attacker);
void session_close (Session *self);
/* FALSE: closed, or the node does not take it within the time: what is sealed already is sent with
 * the next call. */
gboolean session_send (Session *self, gconstpointer plain, gsize len, gint64 timeout_ms);
gboolean session_send_buffer (Session *self, KadBuffer *buffer, gint64 timeout_ms);
/* Takes what comes within the time, and looks at it. */
void session_receive (Session *self, gint64 timeout_ms);
/* The node has read everything that was sent, and deals with it before it reads what is sent next.
 * FALSE: it closed the connection. */
gboolean session_sync (Session *self, gint64 timeout_ms);
guint32 session_take_stream (Session *self);

void put_frame (KadBuffer *out, guint type, guint flags, guint32 stream, guint32 length,
                gconstpointer payload, gsize payload_len);
/* DATA that opens @stream with @opening (a text without its NUL) and @payload behind it. */
void put_opening (KadBuffer *out, guint flags, guint32 stream, const char *opening,
                  gconstpointer payload, gsize payload_len);

/* The attacks; each prints one JSON object. */
void hostile_malformed (Target *target, const char *layer, guint n);
void hostile_flood (Target *target, const char *kind, guint n);
/* Until stdin ends: how long a node takes to answer, beside one that nobody attacks. */
void hostile_probe (Target *target, Target *control);
/* Whether stdin has ended: whoever started the attack wants it to stop. */
gboolean wants_stop (gint64 wait_ms);

G_END_DECLS
