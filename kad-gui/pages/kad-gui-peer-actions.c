/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-actions.h"

#include <string.h>

#include "kad-gui-i18n.h"
#include "kad-gui-text.h"

struct _KadGuiPeerActions
{
  GObject parent_instance;

  KadGuiPage *page; /* (unowned) (nullable): gone */
  KadGuiPeerSelection *selection;
  KadGuiPeer *peer;     /* (owned) (nullable): the one whose changes are followed */
  KadGuiSource *source; /* (owned) (nullable) */
  GSimpleActionGroup *group;
  GCancellable *cancellable;
  char *message;
};

G_DEFINE_FINAL_TYPE (KadGuiPeerActions, kad_gui_peer_actions, G_TYPE_OBJECT)

enum
{
  PROP_MESSAGE = 1,
};

/* A command at work, and what to say at its end. */
typedef struct
{
  KadGuiPeerActions *self;
  char *action; /* "ping", "dial" or "hang-up" */
  char *who;    /* fit for a label */
} Call;

static void
call_free (Call *call)
{
  g_object_unref (call->self);
  g_free (call->action);
  g_free (call->who);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

/* ---- what is possible ---- */

static gboolean
can_run (KadGuiPeerActions *self)
{
  return self->source != NULL
         && (kad_gui_source_get_abilities (self->source) & KAD_GUI_CAN_RUN) != 0
         && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN;
}

const char *
kad_gui_peer_actions_get_reason (KadGuiPeerActions *self, const char *action)
{
  if (self->source == NULL)
    return _ ("Nothing is being looked at");
  if (!can_run (self))
    return (kad_gui_source_get_abilities (self->source) & KAD_GUI_IS_LIVE) == 0
               ? _ ("A recording can only be looked at")
               : _ ("There is no connection with the node");
  if (self->peer == NULL)
    return _ ("No peer is selected");
  if (strcmp (action, "hang-up") == 0 && !self->peer->connected)
    return _ ("This peer is not connected");
  if (strcmp (action, "dial") == 0 && self->peer->connected)
    return _ ("This peer is connected already");
  return NULL;
}

static void
set_enabled (KadGuiPeerActions *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->group), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static gboolean
has_address (const KadGuiPeer *peer)
{
  return *peer->address != '\0' || (peer->addresses != NULL && peer->addresses[0] != NULL);
}

static void
update (KadGuiPeerActions *self)
{
  static const char *const with_peer[] = { "copy-id", "copy-json", "show", "show-events" };
  static const char *const with_node[] = { "ping", "dial", "hang-up" };
  KadGuiPeer *peer = self->peer;

  for (guint i = 0; i < G_N_ELEMENTS (with_peer); i++)
    set_enabled (self, with_peer[i], peer != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (with_node); i++)
    set_enabled (self, with_node[i], kad_gui_peer_actions_get_reason (self, with_node[i]) == NULL);
  set_enabled (self, "copy-address", peer != NULL && has_address (peer));
  set_enabled (self, "show-in-table", peer != NULL && peer->in_table);
  set_enabled (self, "show-query", peer != NULL && peer->touched_by != 0);
  set_enabled (self, "new-query", peer != NULL && can_run (self));
}

static void
follow (KadGuiPeerActions *self, KadGuiPeer *peer)
{
  if (self->peer != NULL)
    g_signal_handlers_disconnect_by_func (self->peer, update, self);
  g_set_object (&self->peer, peer);
  if (peer != NULL)
    {
      g_signal_connect_swapped (peer, "notify::connected", G_CALLBACK (update), self);
      g_signal_connect_swapped (peer, "notify::in-table", G_CALLBACK (update), self);
      g_signal_connect_swapped (peer, "notify::touched-by", G_CALLBACK (update), self);
    }
  update (self);
}

static void
on_selected (KadGuiPeerActions *self)
{
  follow (self, kad_gui_peer_selection_get_peer (self->selection));
}

/* ---- copying and going ---- */

char *
kad_gui_peer_actions_dup_multiaddr (KadGuiPeer *peer, const char *address)
{
  if (strstr (address, "/p2p/") != NULL)
    return g_strdup (address);
  return g_strconcat (address, "/p2p/", peer->id, NULL);
}

static void
activate_copy (KadGuiPeerActions *self, const char *name)
{
  KadGuiPeer *peer = self->peer;
  g_autofree char *text = NULL;

  if (strcmp (name, "copy-id") == 0)
    text = g_strdup (peer->id);
  else if (strcmp (name, "copy-json") == 0)
    text = kad_gui_item_dup_json (peer);
  else
    text = kad_gui_peer_actions_dup_multiaddr (peer, *peer->address != '\0' ? peer->address
                                                                            : peer->addresses[0]);
  kad_gui_page_activate (self->page, "kad.copy", g_variant_new_string (text));
}

static void
activate_go (KadGuiPeerActions *self, const char *name)
{
  KadGuiPeer *peer = self->peer;

  if (strcmp (name, "show") == 0)
    kad_gui_page_activate (self->page, "kad.show-peer", g_variant_new_string (peer->id));
  else if (strcmp (name, "show-in-table") == 0)
    kad_gui_page_activate (self->page, "kad.show-bucket", g_variant_new_uint32 (peer->bucket));
  else if (strcmp (name, "show-query") == 0)
    kad_gui_page_activate (self->page, "kad.show-query", g_variant_new_int64 (peer->touched_by));
  else if (strcmp (name, "show-events") == 0)
    kad_gui_page_activate (self->page, "kad.show-events", g_variant_new_string (peer->id));
  else
    kad_gui_page_activate (self->page, "kad.new-query",
                           g_variant_new ("(ss)", "find-peer", peer->id));
}

/* ---- commands ---- */

static void
say (KadGuiPeerActions *self, const char *message)
{
  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify (G_OBJECT (self), "message");
}

/* The first "rtt_us" of what came; -1: none. */
static gint64
rtt_of (GVariant *answer)
{
  g_autoptr (GVariant) results = g_variant_get_child_value (answer, 0);
  gint64 rtt_us = -1;

  for (gsize i = 0; i < g_variant_n_children (results) && rtt_us < 0; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (results, i);

      g_variant_lookup (row, "rtt_us", "x", &rtt_us);
    }
  return rtt_us;
}

static char *
dup_words (const Call *call, GVariant *answer, const GError *error)
{
  if (error != NULL)
    {
      g_autofree char *why = kad_gui_text (error->message);

      if (strcmp (call->action, "ping") == 0)
        return g_strdup_printf (_ ("%s did not answer the ping: %s"), call->who, why);
      if (strcmp (call->action, "dial") == 0)
        return g_strdup_printf (_ ("Could not connect to %s: %s"), call->who, why);
      return g_strdup_printf (_ ("Could not disconnect %s: %s"), call->who, why);
    }
  if (strcmp (call->action, "ping") == 0)
    {
      g_autofree char *rtt = kad_gui_text_duration (rtt_of (answer));

      return g_strdup_printf (_ ("%s answered the ping after %s"), call->who, rtt);
    }
  return g_strdup_printf (strcmp (call->action, "dial") == 0 ? _ ("Connected to %s")
                                                             : _ ("Disconnected %s"),
                          call->who);
}

static void
on_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = kad_gui_source_run_finish (KAD_GUI_SOURCE (object), result, &error);
  g_autofree char *words = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || call->self->page == NULL)
    return;
  words = dup_words (call, answer, error);
  say (call->self, words);
  kad_gui_page_activate (call->self->page, "kad.toast", g_variant_new_string (words));
}

static void
run (KadGuiPeerActions *self, const char *action, const char *command, const char *option,
     const char *value, const char *who)
{
  Call *call = g_new0 (Call, 1);
  GVariantDict options;

  call->self = g_object_ref (self);
  call->action = g_strdup (action);
  call->who = kad_gui_text_short (who);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, option, "s", value);
  say (self, _ ("Waiting for an answer…"));
  kad_gui_source_run_async (self->source, command, g_variant_dict_end (&options), self->cancellable,
                            on_done, call);
}

static void
activate_run (KadGuiPeerActions *self, const char *name)
{
  const char *id = self->peer->id;

  if (strcmp (name, "ping") == 0)
    run (self, name, "ping-peer", "peer", id, id);
  else if (strcmp (name, "hang-up") == 0)
    run (self, name, "hang-up", "peer", id, id);
  else if (self->peer->addresses != NULL && self->peer->addresses[0] != NULL)
    {
      g_autofree char *address
          = kad_gui_peer_actions_dup_multiaddr (self->peer, self->peer->addresses[0]);

      run (self, name, "dial", "address", address, id);
    }
  else
    run (self, name, "dial", "address", id, id);
}

void
kad_gui_peer_actions_dial (KadGuiPeerActions *self, const char *address)
{
  if (can_run (self))
    run (self, "dial", "dial", "address", address, address);
}

/* ---- the object ---- */

static const struct
{
  const char *name;
  void (*activate) (KadGuiPeerActions *self, const char *name);
} actions[] = {
  { "copy-id", activate_copy }, { "copy-address", activate_copy }, { "copy-json", activate_copy },
  { "show", activate_go },      { "show-in-table", activate_go },  { "show-query", activate_go },
  { "new-query", activate_go }, { "show-events", activate_go },    { "ping", activate_run },
  { "dial", activate_run },     { "hang-up", activate_run },
};

static void
on_activate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  KadGuiPeerActions *self = user_data;
  const char *name = g_action_get_name (G_ACTION (action));

  for (guint i = 0; i < G_N_ELEMENTS (actions) && self->page != NULL && self->peer != NULL; i++)
    if (strcmp (actions[i].name, name) == 0)
      actions[i].activate (self, name);
}

static void
on_page_gone (gpointer data, GObject *page)
{
  KadGuiPeerActions *self = data;

  self->page = NULL;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self);
}

static void
kad_gui_peer_actions_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MESSAGE)
    g_value_set_string (value, KAD_GUI_PEER_ACTIONS (object)->message);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_peer_actions_finalize (GObject *object)
{
  KadGuiPeerActions *self = KAD_GUI_PEER_ACTIONS (object);

  if (self->peer != NULL)
    g_signal_handlers_disconnect_by_data (self->peer, self);
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->peer);
  g_clear_object (&self->source);
  g_clear_object (&self->selection);
  g_clear_object (&self->group);
  g_clear_object (&self->cancellable);
  g_free (self->message);
  G_OBJECT_CLASS (kad_gui_peer_actions_parent_class)->finalize (object);
}

static void
kad_gui_peer_actions_class_init (KadGuiPeerActionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_peer_actions_get_property;
  object_class->finalize = kad_gui_peer_actions_finalize;
  g_object_class_install_property (
      object_class, PROP_MESSAGE,
      g_param_spec_string ("message", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
kad_gui_peer_actions_init (KadGuiPeerActions *self)
{
  self->message = g_strdup ("");
  self->cancellable = g_cancellable_new ();
  self->group = g_simple_action_group_new ();
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (actions[i].name, NULL);

      g_signal_connect (action, "activate", G_CALLBACK (on_activate), self);
      g_action_map_add_action (G_ACTION_MAP (self->group), G_ACTION (action));
    }
}

KadGuiPeerActions *
kad_gui_peer_actions_new (KadGuiPage *page, KadGuiPeerSelection *selection)
{
  KadGuiPeerActions *self = g_object_new (KAD_GUI_TYPE_PEER_ACTIONS, NULL);

  self->page = page;
  self->selection = g_object_ref (selection);
  g_signal_connect_swapped (selection, "notify::peer", G_CALLBACK (on_selected), self);
  gtk_widget_insert_action_group (GTK_WIDGET (page), "peer", G_ACTION_GROUP (self->group));
  g_object_weak_ref (G_OBJECT (page), on_page_gone, self);
  on_selected (self);
  return self;
}

void
kad_gui_peer_actions_source_changed (KadGuiPeerActions *self)
{
  KadGuiSource *source = self->page != NULL ? kad_gui_page_get_source (self->page) : NULL;

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_func (self->source, update, self);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_set_object (&self->source, source);
  if (source != NULL)
    g_signal_connect_swapped (source, "notify::state", G_CALLBACK (update), self);
  say (self, "");
  update (self);
}

const char *
kad_gui_peer_actions_get_message (KadGuiPeerActions *self)
{
  return self->message;
}
