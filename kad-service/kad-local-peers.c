/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-local-peers.h"

#include "kad-local-txt.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)
#define SILENT_US (10 * G_USEC_PER_SEC) /* a name without addresses makes room after so long */
#define AGAIN_US (5 * G_USEC_PER_SEC)   /* and twice that next time, and so on */
#define MAX_AGAIN_US (15 * MINUTE_US)
#define MAX_DOUBLINGS 8

typedef struct
{
  char *name;
  KadPeerId peer;       /* not set until it is known */
  GPtrArray *addresses; /* (element-type utf8) */
  guint next;           /* of them */
  guint n_failures;     /* of all of them, in a row */
  gint64 since_us;
  gint64 due_us; /* G_MAXINT64: it is not to be dialled */
  gboolean is_dialling;
  gboolean is_reached;
} Name;

struct _KadLocalPeers
{
  KadPeerId local;
  GHashTable *names;       /* (element-type utf8 Name) */
  guint n_dials;           /* at this moment */
  guint n_dials_of_minute; /* that began in it */
  gint64 minute_us;        /* when it began */
  gboolean has_reached;
};

static void
name_free (gpointer data)
{
  Name *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->addresses);
  g_free (self);
}

KadLocalPeers *
kad_local_peers_new (const KadPeerId *local)
{
  KadLocalPeers *self = g_new0 (KadLocalPeers, 1);

  self->local = *local;
  self->minute_us = G_MININT64;
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, name_free);
  return self;
}

void
kad_local_peers_free (KadLocalPeers *self)
{
  g_hash_table_unref (self->names);
  g_free (self);
}

guint
kad_local_peers_get_size (KadLocalPeers *self)
{
  return g_hash_table_size (self->names);
}

gboolean
kad_local_peers_has_reached (KadLocalPeers *self)
{
  return self->has_reached;
}

/* ---- which there are ---- */

/* How little is lost with it; 0: too much. */
static guint
get_uselessness (const Name *name, gint64 now_us)
{
  if (name->is_reached || name->is_dialling)
    return 0;
  if (name->addresses->len == 0)
    return now_us - name->since_us >= SILENT_US ? G_MAXUINT : 0;
  return name->n_failures;
}

static Name *
find_useless (KadLocalPeers *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;
  Name *worst = NULL;
  guint most = 0;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      guint uselessness = get_uselessness (value, now_us);

      if (uselessness <= most)
        continue;
      most = uselessness;
      worst = value;
    }
  return worst;
}

gboolean
kad_local_peers_add (KadLocalPeers *self, const char *name, gint64 now_us, char **evicted)
{
  Name *entry;

  *evicted = NULL;
  if (g_hash_table_contains (self->names, name))
    return FALSE;
  if (g_hash_table_size (self->names) >= KAD_MAX_LOCAL_NAMES)
    {
      Name *useless = find_useless (self, now_us);

      if (useless == NULL)
        return FALSE;
      *evicted = g_strdup (useless->name);
      g_hash_table_remove (self->names, *evicted);
    }
  entry = g_new0 (Name, 1);
  entry->name = g_strdup (name);
  entry->addresses = g_ptr_array_new_with_free_func (g_free);
  entry->since_us = now_us;
  entry->due_us = G_MAXINT64;
  return g_hash_table_insert (self->names, entry->name, entry);
}

gboolean
kad_local_peers_remove (KadLocalPeers *self, const char *name)
{
  return g_hash_table_remove (self->names, name);
}

void
kad_local_peers_clear (KadLocalPeers *self)
{
  g_hash_table_remove_all (self->names);
}

gboolean
kad_local_peers_note_txt (KadLocalPeers *self, const char *name, const guint8 *data, gsize len,
                          gint64 now_us)
{
  Name *entry = g_hash_table_lookup (self->names, name);

  if (entry == NULL || !kad_local_txt_read (data, len, &entry->peer, entry->addresses))
    return FALSE;
  if (kad_peer_id_equal (&entry->peer, &self->local))
    {
      /* Never dialled, and the first to make room. */
      entry->n_failures = G_MAXUINT;
      return FALSE;
    }
  if (!entry->is_reached)
    entry->due_us = MIN (entry->due_us, now_us);
  return TRUE;
}

/* ---- whom to dial ---- */

static gboolean
is_minute_full (KadLocalPeers *self, gint64 now_us)
{
  return self->n_dials_of_minute >= KAD_MAX_LOCAL_DIALS_A_MINUTE
         && now_us - self->minute_us < MINUTE_US;
}

static void
count_dial (KadLocalPeers *self, gint64 now_us)
{
  if (self->minute_us == G_MININT64 || now_us - self->minute_us >= MINUTE_US)
    {
      self->minute_us = now_us;
      self->n_dials_of_minute = 0;
    }
  self->n_dials_of_minute++;
  self->n_dials++;
}

/* Those that failed least, and of these who waits longest: what nobody answers at keeps nobody else
 * waiting. */
static Name *
find_next (KadLocalPeers *self)
{
  GHashTableIter iter;
  gpointer value;
  Name *best = NULL;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Name *name = value;

      if (name->is_dialling || name->due_us == G_MAXINT64)
        continue;
      if (best == NULL || name->due_us < best->due_us)
        best = name;
    }
  return best;
}

static Name *
find_due (KadLocalPeers *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;
  Name *best = NULL;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Name *name = value;

      if (name->is_dialling || name->due_us > now_us)
        continue;
      if (best == NULL || name->n_failures < best->n_failures
          || (name->n_failures == best->n_failures && name->due_us < best->due_us))
        best = name;
    }
  return best;
}

const char *
kad_local_peers_begin_dial (KadLocalPeers *self, gint64 now_us, char **name)
{
  Name *next;

  *name = NULL;
  if (self->n_dials >= KAD_MAX_LOCAL_DIALS || is_minute_full (self, now_us))
    return NULL;
  next = find_due (self, now_us);
  if (next == NULL)
    return NULL;
  next->is_dialling = TRUE;
  count_dial (self, now_us);
  *name = g_strdup (next->name);
  return next->addresses->pdata[next->next];
}

void
kad_local_peers_end_dial (KadLocalPeers *self, const char *name, gboolean is_reached, gint64 now_us)
{
  Name *entry = g_hash_table_lookup (self->names, name);

  self->n_dials--;
  self->has_reached |= is_reached;
  /* It is gone, or another with the same name is there. */
  if (entry == NULL || !entry->is_dialling)
    return;
  entry->is_dialling = FALSE;
  entry->is_reached = is_reached;
  if (is_reached)
    {
      entry->n_failures = 0;
      entry->due_us = G_MAXINT64;
      return;
    }
  if (++entry->next < entry->addresses->len)
    {
      entry->due_us = now_us;
      return;
    }
  entry->next = 0;
  entry->n_failures++;
  entry->due_us
      = now_us + MIN (AGAIN_US << MIN (entry->n_failures - 1, MAX_DOUBLINGS), MAX_AGAIN_US);
}

void
kad_local_peers_note_lost (KadLocalPeers *self, const KadPeerId *peer, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Name *name = value;

      if (!name->is_reached || !kad_peer_id_equal (&name->peer, peer))
        continue;
      name->is_reached = FALSE;
      name->next = 0;
      name->due_us = now_us + AGAIN_US;
    }
}

gint64
kad_local_peers_get_due_us (KadLocalPeers *self, gint64 now_us)
{
  Name *next = find_next (self);

  if (next == NULL || self->n_dials >= KAD_MAX_LOCAL_DIALS)
    return G_MAXINT64;
  return is_minute_full (self, now_us) ? MAX (next->due_us, self->minute_us + MINUTE_US)
                                       : next->due_us;
}
