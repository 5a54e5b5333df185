/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-finder.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-gui-peer.h"
#include "kad-gui-query.h"
#include "kad-gui-text.h"
#include "kad-key-text.h"
#include "kad-peer-id.h"

struct _KadGuiFound
{
  GObject parent_instance;

  char *title;
  char *subtitle;
  const char *icon_name;
  const char *action;
  GVariant *parameter;
};

G_DEFINE_FINAL_TYPE (KadGuiFound, kad_gui_found, G_TYPE_OBJECT)

/* So many of the lists are looked through: what is typed has to be answered at once. */
#define MAX_LOOKED_AT 50000
#define MAX_PEERS_FOUND 6
#define MAX_QUERIES_FOUND 4
#define MIN_PART 3 /* letters; fewer are a part of nearly every id */

const char *
kad_gui_found_get_title (KadGuiFound *self)
{
  return self->title;
}

const char *
kad_gui_found_get_subtitle (KadGuiFound *self)
{
  return self->subtitle;
}

const char *
kad_gui_found_get_icon_name (KadGuiFound *self)
{
  return self->icon_name;
}

const char *
kad_gui_found_get_action (KadGuiFound *self)
{
  return self->action;
}

GVariant *
kad_gui_found_get_parameter (KadGuiFound *self)
{
  return self->parameter;
}

static void
kad_gui_found_finalize (GObject *object)
{
  KadGuiFound *self = KAD_GUI_FOUND (object);

  g_free (self->title);
  g_free (self->subtitle);
  g_clear_pointer (&self->parameter, g_variant_unref);
  G_OBJECT_CLASS (kad_gui_found_parent_class)->finalize (object);
}

static void
kad_gui_found_class_init (KadGuiFoundClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_gui_found_finalize;
}

static void
kad_gui_found_init (KadGuiFound *self)
{
}

/* Takes the strings and a floating @parameter. */
static void
add (GPtrArray *found, const char *icon_name, char *title, char *subtitle, const char *action,
     GVariant *parameter)
{
  KadGuiFound *self = g_object_new (KAD_GUI_TYPE_FOUND, NULL);

  self->icon_name = icon_name;
  self->title = title;
  self->subtitle = subtitle;
  self->action = action;
  self->parameter = g_variant_ref_sink (parameter);
  g_ptr_array_add (found, self);
}

static gboolean
has (const char *text, const char *folded)
{
  g_autofree char *other = g_utf8_casefold (text, -1);

  return strstr (other, folded) != NULL;
}

/* Peers whose id begins with it, and then those that have it anywhere. */
static void
find_peers (GPtrArray *found, KadGuiStore *store, const char *text, const char *folded)
{
  GListModel *peers = G_LIST_MODEL (kad_gui_store_get_peers (store));
  guint n_peers = MIN (g_list_model_get_n_items (peers), MAX_LOOKED_AT);
  guint n_passes = g_utf8_strlen (folded, -1) >= MIN_PART ? 2 : 1;
  guint left = MAX_PEERS_FOUND;

  for (guint pass = 0; pass < n_passes; pass++)
    for (guint i = 0; i < n_peers && left > 0; i++)
      {
        g_autoptr (KadGuiPeer) peer = g_list_model_get_item (peers, i);
        gboolean begins = g_str_has_prefix (peer->id, text);

        if (pass == 0 ? !begins : begins || !(has (peer->id, folded) || has (peer->agent, folded)))
          continue;
        add (found, "system-users-symbolic", g_strdup (peer->id),
             *peer->agent != '\0' ? g_strdup_printf (_ ("Peer, %s"), peer->agent)
                                  : g_strdup (_ ("Peer")),
             "kad.show-peer", g_variant_new_string (peer->id));
        left--;
      }
}

static void
add_query (GPtrArray *found, KadGuiQuery *query)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, ABS (query->id));
  g_autofree char *key = kad_gui_text (query->key);

  add (found, "edit-find-symbolic",
       g_strdup_printf ("%s %s", query->kind, *key != '\0' ? key : number),
       g_strdup_printf (_ ("Query %s"), number), "kad.show-query", g_variant_new_int64 (query->id));
}

/* The one that has this number. */
static void
find_query (GPtrArray *found, KadGuiStore *store, const char *text)
{
  guint64 number = 0;
  KadGuiQuery *query = NULL;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &number, NULL))
    return;
  query = kad_gui_store_find_query (store, (gint64) number);
  if (query == NULL)
    query = kad_gui_store_find_query (store, -(gint64) number);
  if (query != NULL)
    add_query (found, query);
}

/* Those about a key or of a kind, the latest first. */
static void
find_queries (GPtrArray *found, KadGuiStore *store, const char *folded)
{
  GListModel *queries = kad_gui_store_get_queries (store);
  guint left = MAX_QUERIES_FOUND;

  if (g_utf8_strlen (folded, -1) < MIN_PART)
    return;
  for (guint i = g_list_model_get_n_items (queries); i > 0 && left > 0; i--)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (queries, i - 1);

      if (!has (query->key, folded) && !has (query->kind, folded))
        continue;
      add_query (found, query);
      left--;
    }
}

static void
find_key (GPtrArray *found, const char *text, gboolean can_run)
{
  g_autoptr (GBytes) key = kad_key_text_parse (text, KAD_KEY_USE_TARGET, FALSE, NULL);
  g_autoptr (KadPeerId) peer = kad_peer_id_new_from_string (text, NULL);

  if (key == NULL)
    return;
  add (found, "view-grid-symbolic", g_strdup (text),
       g_strdup (_ ("Where it is in the routing table")), "kad.show-key",
       g_variant_new_string (text));
  if (!can_run)
    return;
  if (peer != NULL)
    {
      add (found, "list-add-symbolic", g_strdup (text),
           g_strdup (_ ("Find this peer in the network")), "kad.new-query",
           g_variant_new ("(ss)", "find-peer", text));
      return;
    }
  add (found, "list-add-symbolic", g_strdup (text), g_strdup (_ ("Find who provides it")),
       "kad.new-query", g_variant_new ("(ss)", "get-providers", text));
  add (found, "list-add-symbolic", g_strdup (text), g_strdup (_ ("Find the record")),
       "kad.new-query", g_variant_new ("(ss)", "get-record", text));
}

GPtrArray *
kad_gui_find (KadGuiStore *store, const char *text, gboolean can_run)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *folded = g_utf8_casefold (stripped, -1);

  if (*stripped == '\0')
    return found;
  find_query (found, store, stripped);
  find_peers (found, store, stripped, folded);
  find_queries (found, store, folded);
  find_key (found, stripped, can_run);
  if (found->len > KAD_GUI_MAX_FOUND)
    g_ptr_array_set_size (found, KAD_GUI_MAX_FOUND);
  return found;
}
