/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What there is to know about a connection to tell how useful it is. */
typedef struct
{
  gpointer owner;
  gint64 opened_us;
  gint64 used_us;         /* when a byte of a stream last came or went */
  guint n_streams;        /* open ones, of both sides */
  guint group_size;       /* connections with its IP subnet, itself included; 0: it has none */
  guint is_protected : 1; /* a person said so, or the configuration: never chosen */
  guint is_closest : 1;   /* one of the k peers closest to us: never chosen */
  guint is_in_table : 1;
  guint is_waited_for : 1; /* a request of ours waits for its answer */
  guint is_server : 1;
  guint is_outbound : 1;
  guint is_extra : 1; /* there is another connection with the same peer */
  guint is_new : 1;   /* its time of grace is not over */
  int score;          /* filled in by kad_connection_manager_choose() */
} KadConnectionUse;

/* How useful: the table's servers most, idle ones from where very many come least. */
int kad_connection_use_get_score (const KadConnectionUse *self, gint64 now_us);
/* Moves up to @wanted of @uses to the front, the least useful first, and gives how many these are.
 * They score less than @below (G_MAXINT: whatever they score), and are none that are never chosen;
 * @spares_new: nor new ones, for which there is only a score otherwise. Of two with the same score
 * the one that was idle longer. */
guint kad_connection_manager_choose (KadConnectionUse *uses, guint n, guint wanted, gint64 now_us,
                                     gboolean spares_new, int below);

G_END_DECLS
