/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-query-ends.h"

#include "kad-error.h"
#include "kad-result.h"

/* Reasons that an error's message names before it only counts them. */
#define MAX_TOLD_REASONS 5

void
kad_query_ends_tell_progress (KadCommandHandler *handler, const KadEvent *event)
{
  guint done;
  guint total;

  if (kad_event_get_progress (event, &done, &total))
    kad_command_handler_set_progress (handler, done, total);
}

gboolean
kad_query_ends_is_good (const KadEvent *event)
{
  return event->error == NULL && event->outcome != KAD_OUTCOME_TIMED_OUT
         && event->outcome != KAD_OUTCOME_CANCELLED && event->outcome != KAD_OUTCOME_FAILED;
}

/* Nothing came of it because nobody could be reached. */
static gboolean
is_offline (KadCommandHandler *handler, const KadEvent *event)
{
  return kad_query_ends_is_good (event) && event->stats.failures > 0 && event->stats.successes == 0
         && kad_command_handler_get_n_results (handler) == 0;
}

void
kad_query_ends_lookup (KadCommandHandler *handler, KadEvent *event)
{
  if (!is_offline (handler, event))
    {
      kad_command_handler_end_with_event (handler, event, NULL);
      return;
    }
  kad_command_handler_fail (
      handler, g_error_new (KAD_ERROR, KAD_ERROR_OFFLINE,
                            "%s: none of %u requests was answered; check the network, or join "
                            "through another peer",
                            kad_command_handler_get_name (handler), event->stats.requests));
}

void
kad_query_ends_search (KadCommandHandler *handler, KadEvent *event, const char *what)
{
  if (!kad_query_ends_is_good (event) || is_offline (handler, event)
      || kad_command_handler_get_n_results (handler) > 0)
    {
      kad_query_ends_lookup (handler, event);
      return;
    }
  kad_command_handler_fail (handler, g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND,
                                                  "Nobody of the %u peers who answered has %s",
                                                  event->stats.successes, what));
}

static guint
count_needed (guint quorum, guint wanted)
{
  switch (quorum)
    {
    case KAD_QUORUM_DEFAULT:
      return 1;
    case KAD_QUORUM_ALL:
      return MAX (wanted, 1);
    case KAD_QUORUM_MAJORITY:
      return wanted / 2 + 1;
    default:
      return quorum;
    }
}

static void
append_reasons (GString *message, GPtrArray *failures)
{
  guint n_failures = failures != NULL ? failures->len : 0;

  for (guint i = 0; i < MIN (n_failures, MAX_TOLD_REASONS); i++)
    {
      const KadPeerFailure *failure = failures->pdata[i];
      g_autofree char *peer = kad_peer_id_to_string (&failure->peer);

      g_string_append_printf (message, "%s %s: %s", i == 0 ? ":" : ";", peer, failure->reason);
    }
  if (n_failures > MAX_TOLD_REASONS)
    g_string_append_printf (message, "; and %u more", n_failures - MAX_TOLD_REASONS);
}

static GError *
new_quorum_error (const KadEvent *event, guint needed)
{
  g_autoptr (GString) message = g_string_new (NULL);
  gboolean timed_out = event->outcome == KAD_OUTCOME_TIMED_OUT;

  g_string_append_printf (message, "Stored with %u of %u peers, %u needed", event->stored,
                          event->wanted, needed);
  if (timed_out)
    g_string_append (message, " before the time was over");
  append_reasons (message, event->failures);
  return g_error_new_literal (KAD_ERROR, timed_out ? KAD_ERROR_TIMEOUT : KAD_ERROR_QUORUM_FAILED,
                              message->str);
}

GError *
kad_query_ends_new_write_error (const KadEvent *event, guint quorum)
{
  guint needed = count_needed (quorum, event->wanted);

  if (event->error != NULL && !g_error_matches (event->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED))
    return g_error_copy (event->error);
  if (event->outcome == KAD_OUTCOME_CANCELLED)
    return g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, "It was cancelled");
  return event->error != NULL || event->stored < needed ? new_quorum_error (event, needed) : NULL;
}

void
kad_query_ends_write (KadCommandHandler *handler, KadEvent *event, guint quorum)
{
  GError *error;

  if (event->outcome == KAD_OUTCOME_CANCELLED)
    {
      kad_command_handler_end_with_event (handler, event, NULL);
      return;
    }
  error = kad_query_ends_new_write_error (event, quorum);
  if (error != NULL)
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  /* Enough stored before the deadline: that the rest was not heard is no failure. */
  kad_command_handler_merge_stats (handler, &event->stats);
  kad_command_handler_set_outcome (handler, kad_outcome_get_name (event->outcome));
  kad_command_handler_finish (handler, kad_result_new_write (event));
}

KadEndpoint *
kad_query_ends_parse_peer (const char *text, GError **error)
{
  g_autoptr (KadEndpoint) endpoint = NULL;

  if (text == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "No peer is given");
      return NULL;
    }
  endpoint = kad_endpoint_parse (text, error);
  if (endpoint == NULL)
    return NULL;
  if (!kad_peer_id_is_set (&endpoint->peer))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "“%s” names no peer: give a peer id, or an address that ends in /p2p/ID", text);
      return NULL;
    }
  return g_steal_pointer (&endpoint);
}
