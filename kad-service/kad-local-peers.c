/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-local-peers.h"

#include "kad-local-txt.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)
#define LOOKUP_US (2 * G_USEC_PER_SEC)
#define MORE_US (G_USEC_PER_SEC / 4)  /* for further records, after the first */
#define AGAIN_US (5 * G_USEC_PER_SEC) /* and twice that next time, and so on */
#define MAX_AGAIN_US (15 * MINUTE_US)
#define MAX_DOUBLINGS 8

typedef struct
{
  char *name;
  guint64 serial;       /* in the order in which they came */
  KadPeerId peer;       /* not set until it is known */
  GPtrArray *addresses; /* (element-type utf8) of the last lookup */
  guint next;           /* of them */
  guint n_failures;     /* rounds in a row that came to nothing */
  guint n_tries;        /* dials in a row, likewise */
  gint64 until_us;      /* of the lookup */
  gint64 due_us;        /* when to look up; G_MAXINT64: never again */
  gboolean is_looking;
  gboolean is_dialling;
  gboolean is_reached;
} Name;

struct _KadLocalPeers
{
  KadPeerId local;
  GHashTable *names; /* (element-type utf8 Name) */
  guint64 last_serial;
  guint n_lookups; /* at this moment */
  guint n_dials;   /* likewise */
  guint n_turns;
  guint n_dials_of_minute; /* that began in it */
  gint64 minute_us;        /* when it began */
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

/* ---- choosing ---- */

typedef gboolean (*IsWanted) (const Name *name, gint64 now_us);
typedef guint (*GetRank) (const Name *name);

/* The one of the lowest rank; of several the newest, or the oldest. */
static Name *
choose (KadLocalPeers *self, IsWanted is_wanted, GetRank get_rank, gboolean newest, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;
  Name *best = NULL;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Name *name = value;

      if (!is_wanted (name, now_us))
        continue;
      if (best == NULL || get_rank (name) < get_rank (best)
          || (get_rank (name) == get_rank (best) && (name->serial > best->serial) == newest))
        best = name;
    }
  return best;
}

static gboolean
is_idle (const Name *name)
{
  return !name->is_looking && !name->is_dialling && !name->is_reached;
}

static gboolean
is_to_be_looked_up (const Name *name, gint64 now_us)
{
  return is_idle (name) && name->next >= name->addresses->len && name->due_us <= now_us;
}

static gboolean
is_to_be_dialled (const Name *name, gint64 now_us)
{
  return !name->is_dialling && !name->is_reached && name->next < name->addresses->len;
}

static gboolean
is_looked_up (const Name *name, gint64 now_us)
{
  return name->is_looking && name->until_us <= now_us;
}

static gboolean
is_useless (const Name *name, gint64 now_us)
{
  return is_idle (name) && name->n_failures > 0;
}

static guint
rank_by_failures (const Name *name)
{
  return name->n_failures;
}

static guint
rank_by_tries (const Name *name)
{
  return name->n_tries;
}

static guint
rank_by_uselessness (const Name *name)
{
  return G_MAXUINT - name->n_failures;
}

/* ---- which there are ---- */

static void
remove_name (KadLocalPeers *self, Name *name)
{
  self->n_lookups -= name->is_looking;
  g_hash_table_remove (self->names, name->name);
}

gboolean
kad_local_peers_add (KadLocalPeers *self, const char *name, gint64 now_us)
{
  Name *entry;

  if (g_hash_table_contains (self->names, name))
    return FALSE;
  if (g_hash_table_size (self->names) >= KAD_MAX_LOCAL_NAMES)
    {
      Name *useless = choose (self, is_useless, rank_by_uselessness, FALSE, now_us);

      if (useless == NULL)
        return FALSE;
      remove_name (self, useless);
    }
  entry = g_new0 (Name, 1);
  entry->name = g_strdup (name);
  entry->serial = ++self->last_serial;
  entry->addresses = g_ptr_array_new_with_free_func (g_free);
  entry->due_us = now_us;
  return g_hash_table_insert (self->names, entry->name, entry);
}

gboolean
kad_local_peers_remove (KadLocalPeers *self, const char *name)
{
  Name *entry = g_hash_table_lookup (self->names, name);

  if (entry == NULL)
    return FALSE;
  remove_name (self, entry);
  return TRUE;
}

void
kad_local_peers_clear (KadLocalPeers *self)
{
  g_hash_table_remove_all (self->names);
  self->n_lookups = 0;
}

/* A round came to nothing. */
static void
note_failure (Name *name, gint64 now_us)
{
  if (name->n_failures < G_MAXUINT)
    name->n_failures++;
  name->due_us = now_us + MIN (AGAIN_US << MIN (name->n_failures - 1, MAX_DOUBLINGS), MAX_AGAIN_US);
}

/* ---- lookups ---- */

static void
forget_addresses (Name *name)
{
  g_ptr_array_set_size (name->addresses, 0);
  name->next = 0;
  name->peer = (KadPeerId){ 0 };
}

const char *
kad_local_peers_begin_lookup (KadLocalPeers *self, gint64 now_us)
{
  Name *name;

  if (self->n_lookups >= KAD_MAX_LOCAL_LOOKUPS)
    return NULL;
  name = choose (self, is_to_be_looked_up, rank_by_failures, self->n_turns++ % 2 == 0, now_us);
  if (name == NULL)
    return NULL;
  self->n_lookups++;
  forget_addresses (name);
  name->is_looking = TRUE;
  name->until_us = now_us + LOOKUP_US;
  return name->name;
}

gboolean
kad_local_peers_note_txt (KadLocalPeers *self, const char *name, const guint8 *data, gsize len,
                          gint64 now_us)
{
  Name *entry = g_hash_table_lookup (self->names, name);

  if (entry == NULL || !entry->is_looking)
    return FALSE;
  entry->until_us = MIN (entry->until_us, now_us + MORE_US);
  if (!kad_local_txt_read (data, len, &entry->peer, entry->addresses))
    return FALSE;
  if (!kad_peer_id_equal (&entry->peer, &self->local))
    return TRUE;
  forget_addresses (entry);
  return FALSE;
}

const char *
kad_local_peers_end_lookup (KadLocalPeers *self, gint64 now_us)
{
  Name *name = choose (self, is_looked_up, rank_by_failures, FALSE, now_us);

  if (name == NULL)
    return NULL;
  self->n_lookups--;
  name->is_looking = FALSE;
  if (!name->is_dialling && !name->is_reached && name->next >= name->addresses->len)
    note_failure (name, now_us);
  return name->name;
}

/* ---- dials ---- */

static gboolean
is_minute_full (KadLocalPeers *self, gint64 now_us)
{
  return self->n_dials_of_minute >= KAD_MAX_LOCAL_DIALS_A_MINUTE
         && now_us - self->minute_us < MINUTE_US;
}

static void
count_dial (KadLocalPeers *self, gint64 now_us)
{
  if (self->n_dials_of_minute == 0 || now_us - self->minute_us >= MINUTE_US)
    {
      self->minute_us = now_us;
      self->n_dials_of_minute = 0;
    }
  self->n_dials_of_minute++;
  self->n_dials++;
}

const char *
kad_local_peers_begin_dial (KadLocalPeers *self, gint64 now_us, char **name)
{
  Name *next;

  *name = NULL;
  if (self->n_dials >= KAD_MAX_LOCAL_DIALS || is_minute_full (self, now_us))
    return NULL;
  next = choose (self, is_to_be_dialled, rank_by_tries, self->n_turns++ % 2 == 0, now_us);
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
  /* It is gone, or another of its name is there. */
  if (entry == NULL || !entry->is_dialling)
    return;
  entry->is_dialling = FALSE;
  entry->is_reached = is_reached;
  if (is_reached)
    {
      entry->n_failures = entry->n_tries = 0;
      return;
    }
  entry->n_tries++;
  entry->next++;
  if (!entry->is_looking && entry->next >= entry->addresses->len)
    note_failure (entry, now_us);
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
      name->next = name->addresses->len;
      name->due_us = now_us + AGAIN_US;
    }
}

gint64
kad_local_peers_get_due_us (KadLocalPeers *self, gint64 now_us)
{
  gboolean may_look_up = self->n_lookups < KAD_MAX_LOCAL_LOOKUPS;
  gboolean may_dial = self->n_dials < KAD_MAX_LOCAL_DIALS;
  gint64 dial_us = is_minute_full (self, now_us) ? self->minute_us + MINUTE_US : now_us;
  gint64 due_us = G_MAXINT64;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Name *name = value;

      if (name->is_looking)
        due_us = MIN (due_us, name->until_us);
      if (may_dial && is_to_be_dialled (name, now_us))
        due_us = MIN (due_us, dial_us);
      if (may_look_up && is_to_be_looked_up (name, G_MAXINT64))
        due_us = MIN (due_us, name->due_us);
    }
  return due_us;
}
