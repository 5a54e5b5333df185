/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-event.h"
#include "kad-key-text.h"
#include "kad-swarm.h"

G_BEGIN_DECLS

/**
 * KadEventFate:
 * @KAD_EVENT_PASS: the next in the chain is asked
 * @KAD_EVENT_CONSUME: the event ends here
 *
 * What a handler did with an event.
 */
typedef enum
{
  KAD_EVENT_PASS,
  KAD_EVENT_CONSUME,
} KadEventFate;

/* TRUE for the event types that go to the handler which owns their query. */
KAD_API gboolean kad_event_type_is_unicast (KadEventType type);

#define KAD_TYPE_COMMAND_HANDLER (kad_command_handler_get_type ())

KAD_API
G_DECLARE_DERIVABLE_TYPE (KadCommandHandler, kad_command_handler, KAD, COMMAND_HANDLER, GObject)

/**
 * KAD_PARAM_KEY:
 *
 * GParamSpec flag: a GBytes property whose text form is a key, see kad_key_text_parse(); or one of
 * #GStrv with the texts of keys, which reach the command as they were given.
 */
#define KAD_PARAM_KEY (1 << (G_PARAM_USER_SHIFT + 0))

/**
 * KAD_PARAM_REQUIRED:
 *
 * GParamSpec flag: the command cannot run without it; also its place on a command line.
 */
#define KAD_PARAM_REQUIRED (1 << (G_PARAM_USER_SHIFT + 1))

/**
 * KAD_PARAM_ENDPOINT:
 *
 * GParamSpec flag: a string property that takes the text of a peer or an address.
 */
#define KAD_PARAM_ENDPOINT (1 << (G_PARAM_USER_SHIFT + 2))

/**
 * KAD_PARAM_ARGUMENT:
 *
 * GParamSpec flags of every argument.
 */
#define KAD_PARAM_ARGUMENT (G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

/**
 * KAD_COMMAND_TIMEOUT_MS:
 *
 * Deadline, in milliseconds, of a run of a lookup that names none.
 */
#define KAD_COMMAND_TIMEOUT_MS 60000

/**
 * KAD_COMMAND_LONG_TIMEOUT_MS:
 *
 * The same where a round of writes or of further lookups follows the lookup.
 */
#define KAD_COMMAND_LONG_TIMEOUT_MS 90000

/**
 * KAD_MAX_COMMAND_TIMEOUT_MS:
 *
 * The longest deadline of a run, in milliseconds.
 */
#define KAD_MAX_COMMAND_TIMEOUT_MS (24 * 3600 * 1000)

#define KAD_EVENT_BIT(type) (G_GUINT64_CONSTANT (1) << (type))

/**
 * KAD_EVENT_BITS_ALL:
 *
 * All broadcast events.
 */
#define KAD_EVENT_BITS_ALL G_MAXUINT64

/**
 * KAD_EVENT_BITS_OWN:
 *
 * Only what a handler's own queries raise.
 */
#define KAD_EVENT_BITS_OWN G_GUINT64_CONSTANT (0)

/**
 * KadCommandHandlerClass:
 * @summary: one line, translatable (N_()), no final stop
 * @key_use: what a text key of this command means
 * @run: starts the work and returns at once; may finish at once
 * @on_event: consumes an event or passes it; may report, finish or fail
 * @validate: (nullable): checks what the types of the properties cannot say, before anything
 *   runs; FALSE with %KAD_ERROR_INVALID_ARGUMENT or its like
 * @find_key_use: (nullable): @key_use where it depends on the other options
 * @broadcasts: which broadcast events on_event() is asked about, of KAD_EVENT_BIT(); all
 *   unless class_init says less. Unicast events are not concerned.
 * @default_timeout_ms: the deadline of a run that names none
 *
 * A subclass is one command, an instance one run of it; construct properties
 * are the arguments.
 */
struct _KadCommandHandlerClass
{
  GObjectClass parent_class;

  const char *summary;
  KadKeyUse key_use;

  void (*run) (KadCommandHandler *self, KadSwarm *swarm);
  KadEventFate (*on_event) (KadCommandHandler *self, KadEvent *event);
  gboolean (*validate) (KadCommandHandler *self, GError **error);
  KadKeyUse (*find_key_use) (GVariant *options);

  guint64 broadcasts;
  guint default_timeout_ms;

  /*< private >*/
  gpointer padding[8];
};

/* ---- for subclasses ---- */

/* Events of @query come to this handler first; the query is cancelled if the handler
 * ends before it. */
KAD_API void kad_command_handler_own_query (KadCommandHandler *self, KadQueryId query);
KAD_API KadSwarm *kad_command_handler_get_swarm (KadCommandHandler *self);
/* By the `timeout-ms` property that every command has, or its class's default; never 0. */
KAD_API gint64 kad_command_handler_get_timeout_us (KadCommandHandler *self);
/* Monotonic, as of the dispatcher's last input. */
KAD_API gint64 kad_command_handler_get_now_us (KadCommandHandler *self);
/* Adds what one query did in all: the statistics of its last event, once. */
KAD_API void kad_command_handler_merge_stats (KadCommandHandler *self, const KadQueryStats *stats);
KAD_API void kad_command_handler_set_outcome (KadCommandHandler *self, const char *outcome);
/* One result: a floating or owned `a{sv}`, keys as on D-Bus and in JSON. The caller's
 * callback may end the run right here; what the handler does after that is ignored. */
KAD_API void kad_command_handler_report (KadCommandHandler *self, GVariant *result);
/* How far a run of many steps is: raises a %KAD_EVENT_RUN_PROGRESS, unless nothing changed. */
KAD_API void kad_command_handler_set_progress (KadCommandHandler *self, guint done, guint total);
KAD_API guint kad_command_handler_get_n_results (KadCommandHandler *self);
/* Ends well. @summary: (nullable): `a{sv}` added to the last line. The caller's
 * callback may run right here: nothing may follow it. A second end is ignored with a
 * critical for the programmer. */
KAD_API void kad_command_handler_finish (KadCommandHandler *self, GVariant *summary);
/* Ends with an error (transfer full). */
KAD_API void kad_command_handler_fail (KadCommandHandler *self, GError *error);
/* The usual end of a query, by its last event: merges the statistics, then fails with the
 * event's error (or Timeout, Cancelled, Failed by its outcome), or finishes with its outcome. */
KAD_API void kad_command_handler_end_with_event (KadCommandHandler *self, KadEvent *event,
                                                 GVariant *summary);

/* ---- for who runs it ---- */

/**
 * KadResultFunc:
 * @result: (transfer none): one result, `a{sv}`
 * @user_data: as given
 *
 * Tells one result of a run, in the swarm's thread.
 */
typedef void (*KadResultFunc) (GVariant *result, gpointer user_data);
/**
 * KadDoneFunc:
 * @summary: (nullable) (transfer none): `a{sv}` with outcome, requests, successes, failures,
 *   duration_us and what the command adds; %NULL with @error
 * @error: (nullable): why it failed
 * @user_data: as given
 *
 * Tells the end of a run, once, in the swarm's thread.
 */
typedef void (*KadDoneFunc) (GVariant *summary, const GError *error, gpointer user_data);

KAD_API gboolean kad_command_handler_is_done (KadCommandHandler *self);
KAD_API const char *kad_command_handler_get_name (KadCommandHandler *self);

G_END_DECLS
