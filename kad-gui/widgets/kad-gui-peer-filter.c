/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-filter.h"

#include <string.h>

#include "kad-gui-look.h"

#define MAX_WORDS 16

struct _KadGuiPeerFilter
{
  char **words; /* in lower case */
};

KadGuiPeerFilter *
kad_gui_peer_filter_new (const char *text)
{
  KadGuiPeerFilter *self = g_new0 (KadGuiPeerFilter, 1);
  g_autofree char *folded = g_ascii_strdown (text != NULL ? text : "", -1);

  g_strdelimit (folded, "\t\n", ' ');
  self->words = g_strsplit (folded, " ", MAX_WORDS);
  return self;
}

void
kad_gui_peer_filter_free (KadGuiPeerFilter *self)
{
  g_strfreev (self->words);
  g_free (self);
}

/* @word: in lower case. */
static gboolean
contains (const char *text, const char *word)
{
  gsize length = strlen (word);

  for (; text != NULL && *text != '\0'; text++)
    if (g_ascii_strncasecmp (text, word, length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
has_state (const KadGuiPeer *peer, const char *word)
{
  static const char *const names[KAD_GUI_N_LOOKS] = {
    [KAD_GUI_LOOK_LIVE] = "live",         [KAD_GUI_LOOK_CONNECTED] = "connected",
    [KAD_GUI_LOOK_CHECKING] = "checking", [KAD_GUI_LOOK_STALE] = "stale",
    [KAD_GUI_LOOK_DEPARTED] = "gone",
  };

  if (strcmp (word, "connected") == 0)
    return peer->connected;
  return g_str_has_prefix (names[kad_gui_look_of (peer)], word);
}

static gboolean
matches (const KadGuiPeer *peer, const char *word)
{
  if (g_str_has_prefix (word, "bucket:"))
    {
      guint64 bucket;

      return word[7] == '\0'
             || (g_ascii_string_to_unsigned (word + 7, 10, 0, KAD_KEY_BITS, &bucket, NULL)
                 && peer->bucket == bucket);
    }
  if (g_str_has_prefix (word, "state:"))
    return has_state (peer, word + 6);
  if (contains (peer->id, word) || contains (peer->agent, word) || contains (peer->address, word))
    return TRUE;
  for (char **address = peer->addresses; address != NULL && *address != NULL; address++)
    if (contains (*address, word))
      return TRUE;
  return FALSE;
}

gboolean
kad_gui_peer_filter_match (const KadGuiPeerFilter *self, const KadGuiPeer *peer)
{
  for (char **word = self->words; *word != NULL; word++)
    if (**word != '\0' && !matches (peer, *word))
      return FALSE;
  return TRUE;
}
