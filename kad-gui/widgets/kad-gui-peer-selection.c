/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-selection.h"

struct _KadGuiPeerSelection
{
  GObject parent_instance;

  KadGuiPeer *peer; /* (owned) (nullable) */
  gboolean has_target;
  KadKey target;
  GHashTable *closest; /* a set of KadGuiPeer, owned */
};

G_DEFINE_FINAL_TYPE (KadGuiPeerSelection, kad_gui_peer_selection, G_TYPE_OBJECT)

enum
{
  PROP_PEER = 1,
};

static guint target_changed;

static void
kad_gui_peer_selection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PEER)
    g_value_set_object (value, KAD_GUI_PEER_SELECTION (object)->peer);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_peer_selection_set_property (GObject *object, guint id, const GValue *value,
                                     GParamSpec *pspec)
{
  if (id == PROP_PEER)
    kad_gui_peer_selection_set_peer (KAD_GUI_PEER_SELECTION (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_peer_selection_finalize (GObject *object)
{
  KadGuiPeerSelection *self = KAD_GUI_PEER_SELECTION (object);

  g_clear_object (&self->peer);
  g_hash_table_unref (self->closest);
  G_OBJECT_CLASS (kad_gui_peer_selection_parent_class)->finalize (object);
}

static void
kad_gui_peer_selection_class_init (KadGuiPeerSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_peer_selection_get_property;
  object_class->set_property = kad_gui_peer_selection_set_property;
  object_class->finalize = kad_gui_peer_selection_finalize;
  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_object ("peer", NULL, NULL, KAD_GUI_TYPE_PEER,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
  target_changed = g_signal_new ("target-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_peer_selection_init (KadGuiPeerSelection *self)
{
  self->closest = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

KadGuiPeerSelection *
kad_gui_peer_selection_new (void)
{
  return g_object_new (KAD_GUI_TYPE_PEER_SELECTION, NULL);
}

KadGuiPeer *
kad_gui_peer_selection_get_peer (KadGuiPeerSelection *self)
{
  return self->peer;
}

void
kad_gui_peer_selection_set_peer (KadGuiPeerSelection *self, KadGuiPeer *peer)
{
  if (g_set_object (&self->peer, peer))
    g_object_notify (G_OBJECT (self), "peer");
}

const KadKey *
kad_gui_peer_selection_get_target (KadGuiPeerSelection *self)
{
  return self->has_target ? &self->target : NULL;
}

void
kad_gui_peer_selection_set_target (KadGuiPeerSelection *self, const KadKey *target,
                                   GPtrArray *closest)
{
  if (target == NULL && !self->has_target)
    return;
  self->has_target = target != NULL;
  if (target != NULL)
    self->target = *target;
  g_hash_table_remove_all (self->closest);
  for (guint i = 0; closest != NULL && i < closest->len; i++)
    g_hash_table_add (self->closest, g_object_ref (closest->pdata[i]));
  g_signal_emit (self, target_changed, 0);
}

gboolean
kad_gui_peer_selection_is_close (KadGuiPeerSelection *self, KadGuiPeer *peer)
{
  return g_hash_table_contains (self->closest, peer);
}
