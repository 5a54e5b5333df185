/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-words.h"

#include "kad-gui-i18n.h"
#include "kad-gui-look.h"
#include "kad-gui-text.h"

char *
kad_gui_peer_words_dup (const KadGuiPeer *peer, gint64 now_us)
{
  g_autofree char *agent = kad_gui_text (peer->agent);
  g_autofree char *rtt = kad_gui_text_duration (peer->rtt_us > 0 ? peer->rtt_us : -1);
  g_autofree char *useful = kad_gui_text_ago (peer->last_useful_us, now_us);
  g_autofree char *id = kad_gui_text (peer->id);
  GString *text = g_string_new (NULL);

  /* Translators: a bucket's number, and the state of a peer in it. */
  g_string_append_printf (text, _ ("Bucket %u · %s"), peer->bucket,
                          kad_gui_look_get_name (kad_gui_look_of (peer)));
  g_string_append_printf (text, "\n%s\n", id);
  g_string_append_printf (text, _ ("Round trip: %s"), rtt);
  g_string_append_c (text, '\n');
  if (*agent != '\0')
    {
      g_string_append_printf (text, _ ("Agent: %s"), agent);
      g_string_append_c (text, '\n');
    }
  g_string_append_printf (text, _ ("Last useful: %s"), useful);
  return g_string_free (text, FALSE);
}
