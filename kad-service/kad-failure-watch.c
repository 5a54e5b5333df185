/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-failure-watch.h"

#define FAILING "failing"
#define NOTICE "notice"
/* Longer than this nothing can have failed. */
#define MAX_SECONDS ((guint64) 100 * 365 * 86400)

typedef struct
{
  guint64 seconds;
  gboolean is_kept;
} Failing;

struct _KadFailureWatch
{
  GHashTable *failing; /* (element-type utf8 Failing) */
  gboolean is_told;
};

KadFailureWatch *
kad_failure_watch_new (void)
{
  KadFailureWatch *self = g_new0 (KadFailureWatch, 1);

  self->failing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
kad_failure_watch_free (KadFailureWatch *self)
{
  g_hash_table_unref (self->failing);
  g_free (self);
}

static void
add (KadFailureWatch *self, const char *what, gboolean is_kept, guint64 seconds)
{
  Failing *failing;

  if (g_hash_table_size (self->failing) >= KAD_MAX_FAILING)
    return;
  failing = g_new0 (Failing, 1);
  failing->is_kept = is_kept;
  failing->seconds = MIN (seconds, MAX_SECONDS);
  g_hash_table_insert (self->failing, g_strdup (what), failing);
}

void
kad_failure_watch_note (KadFailureWatch *self, const char *what, gboolean is_kept,
                        gboolean has_failed)
{
  if (!has_failed)
    kad_failure_watch_forget (self, what);
  else if (!g_hash_table_contains (self->failing, what))
    add (self, what, is_kept, 0);
}

void
kad_failure_watch_forget (KadFailureWatch *self, const char *what)
{
  g_hash_table_remove (self->failing, what);
  if (kad_failure_watch_is_empty (self))
    self->is_told = FALSE;
}

gboolean
kad_failure_watch_is_empty (KadFailureWatch *self)
{
  return g_hash_table_size (self->failing) == 0;
}

guint
kad_failure_watch_pass (KadFailureWatch *self, guint64 seconds, guint after_s)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->failing);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Failing *failing = value;

      failing->seconds += MIN (seconds, MAX_SECONDS - failing->seconds);
      n += failing->seconds >= after_s ? 1 : 0;
    }
  return self->is_told ? 0 : n;
}

void
kad_failure_watch_set_told (KadFailureWatch *self)
{
  self->is_told = TRUE;
}

/* ---- on the disk ---- */

char *
kad_failure_watch_save (KadFailureWatch *self, gsize *len)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GHashTableIter iter;
  gpointer what, value;

  g_key_file_set_boolean (file, NOTICE, "told", self->is_told);
  g_hash_table_iter_init (&iter, self->failing);
  while (g_hash_table_iter_next (&iter, &what, &value))
    if (((Failing *) value)->is_kept)
      g_key_file_set_uint64 (file, FAILING, what, ((Failing *) value)->seconds);
  return g_key_file_to_data (file, len, NULL);
}

gboolean
kad_failure_watch_load (KadFailureWatch *self, const char *text, gsize len)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) names = NULL;

  if (!g_key_file_load_from_data (file, text, len, G_KEY_FILE_NONE, NULL)
      || !g_key_file_has_group (file, NOTICE))
    return FALSE;
  names = g_key_file_get_keys (file, FAILING, NULL, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (!g_hash_table_contains (self->failing, names[i]))
      add (self, names[i], TRUE, g_key_file_get_uint64 (file, FAILING, names[i], NULL));
  /* Told of what is gone is not told. */
  self->is_told
      = !kad_failure_watch_is_empty (self) && g_key_file_get_boolean (file, NOTICE, "told", NULL);
  return TRUE;
}
