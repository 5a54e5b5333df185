/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which connections go when there are too many.
 *
 * Each gets a score, and the lowest go first. What counts most is what we would miss: peers of
 * the routing table, requests that wait for an answer, streams in use. What counts against a
 * connection is its crowd: every doubling of the connections with its subnet takes as much as
 * hours of good conduct give. So who opens thousands from one place competes with himself only,
 * and whoever comes from elsewhere stays.
 *
 * Pure: the network says what is the case and closes what is chosen.
 */
#include "kad-connection-manager.h"

#include <stdlib.h>

#define SCORE_IN_TABLE 100
#define SCORE_WAITED_FOR 80
#define SCORE_NEW 30
#define SCORE_STREAMS 20
#define SCORE_SERVER 12
#define SCORE_USED_NOW 15
#define SCORE_USED_LATELY 8
#define SCORE_OUTBOUND 10
#define SCORE_OLDEST 10 /* one for each doubling of the minutes */
#define SCORE_EXTRA (-40)
#define SCORE_CROWD (-12) /* for each doubling of the group */

#define USED_NOW_US (60 * G_USEC_PER_SEC)
#define USED_LATELY_US (600 * G_USEC_PER_SEC)
#define MINUTE_US (60 * G_USEC_PER_SEC)

static guint
log2_of (guint64 n)
{
  guint bits = 0;

  while (n > 1)
    {
      n >>= 1;
      bits++;
    }
  return bits;
}

int
kad_connection_use_get_score (const KadConnectionUse *self, gint64 now_us)
{
  gint64 idle_us = now_us - self->used_us;
  gint64 age_us = MAX (now_us - self->opened_us, 0);
  int score = 0;

  score += self->is_in_table ? SCORE_IN_TABLE : 0;
  score += self->is_waited_for ? SCORE_WAITED_FOR : 0;
  score += self->is_new ? SCORE_NEW : 0;
  score += self->n_streams > 0 ? SCORE_STREAMS : 0;
  score += self->is_server ? SCORE_SERVER : 0;
  score += self->is_outbound ? SCORE_OUTBOUND : 0;
  score += self->is_extra ? SCORE_EXTRA : 0;
  if (idle_us < USED_NOW_US)
    score += SCORE_USED_NOW;
  else if (idle_us < USED_LATELY_US)
    score += SCORE_USED_LATELY;
  score += MIN ((int) log2_of (1 + age_us / MINUTE_US), SCORE_OLDEST);
  /* We choose whom we dial; others choose where they come from. */
  if (!self->is_outbound)
    score += SCORE_CROWD * (int) log2_of (self->group_size);
  return score;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const KadConnectionUse *first = a, *second = b;

  if (first->score != second->score)
    return first->score < second->score ? -1 : 1;
  if (first->used_us != second->used_us)
    return first->used_us < second->used_us ? -1 : 1;
  return 0;
}

static gboolean
may_go (const KadConnectionUse *use, gboolean spares_new, int below)
{
  return !use->is_protected && !use->is_closest && !(use->is_new && spares_new)
         && use->score < below;
}

guint
kad_connection_manager_choose (KadConnectionUse *uses, guint n, guint wanted, gint64 now_us,
                               gboolean spares_new, int below)
{
  guint n_candidates = 0;

  for (guint i = 0; i < n; i++)
    {
      KadConnectionUse use = uses[i];

      use.score = kad_connection_use_get_score (&use, now_us);
      if (!may_go (&use, spares_new, below))
        continue;
      uses[i] = uses[n_candidates];
      uses[n_candidates++] = use;
    }
  qsort (uses, n_candidates, sizeof *uses, compare);
  return MIN (n_candidates, wanted);
}
