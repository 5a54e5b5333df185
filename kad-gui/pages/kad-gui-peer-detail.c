/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-detail.h"

#include <math.h>
#include <string.h>

#include "kad-gui-i18n.h"
#include "kad-gui-look-icon.h"
#include "kad-gui-placeholder.h"
#include "kad-gui-text.h"

#define REFRESH_MS 250
#define MAX_SHOWN_ADDRESSES 32

/* ---- the fields ---- */

typedef struct
{
  const char *title; /* N_() */
  /* (transfer full) NULL: it is not told. */
  char *(*dup_text) (KadGuiPeer *peer, KadGuiStore *store);
} Field;

static char *
dup_table (KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->in_table ? g_strdup_printf (_ ("Yes, in bucket %u"), peer->bucket)
                        : g_strdup_printf (_ ("No; it would be in bucket %u"), peer->bucket);
}

static char *
dup_distance (KadGuiPeer *peer, KadGuiStore *store)
{
  KadKey own;
  double bits;

  if (!kad_gui_store_get_self_key (store, &own))
    return NULL;
  bits = kad_key_log2_distance (&own, &peer->key);
  return isfinite (bits) ? g_strdup_printf ("2^%.2f", bits) : g_strdup ("0");
}

static char *
dup_key (KadGuiPeer *peer, KadGuiStore *store)
{
  return kad_key_to_hex (&peer->key);
}

static char *
dup_rtt (KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->rtt_us > 0 ? kad_gui_text_duration (peer->rtt_us) : NULL;
}

static char *
dup_ago (gint64 at_us, KadGuiStore *store)
{
  g_autofree char *ago = kad_gui_text_ago (at_us, kad_gui_store_get_now_us (store));
  g_autofree char *time = kad_gui_text_time (at_us);

  return g_strdup_printf ("%s (%s)", ago, time);
}

static char *
dup_useful (KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->last_useful_us > 0 ? dup_ago (peer->last_useful_us, store) : NULL;
}

static char *
dup_added (KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->added_us > 0 ? dup_ago (peer->added_us, store) : NULL;
}

static char *
dup_touched (KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->touched_us > 0 ? dup_ago (peer->touched_us, store) : NULL;
}

static char *
dup_protected (KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->protected ? g_strdup (_ ("Yes: its connection is kept")) : NULL;
}

static char *
dup_connected (KadGuiPeer *peer, KadGuiStore *store)
{
  g_autofree char *ago = NULL;

  if (!peer->connected)
    return g_strdup (_ ("No"));
  if (peer->connected_us <= 0)
    return g_strdup (_ ("Yes"));
  ago = dup_ago (peer->connected_us, store);
  return g_strdup_printf (_ ("Since %s"), ago);
}

static char *
dup_direction (KadGuiPeer *peer, KadGuiStore *store)
{
  return strcmp (peer->direction, "inbound") == 0    ? g_strdup (_ ("It dialled us"))
         : strcmp (peer->direction, "outbound") == 0 ? g_strdup (_ ("We dialled it"))
                                                     : NULL;
}

static char *
dup_streams (KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->connected ? g_strdup_printf ("%u", peer->streams) : NULL;
}

static char *
dup_what_it_said (const char *text)
{
  return text != NULL && *text != '\0' ? kad_gui_text (text) : NULL;
}

#define DUP_TEXT(field)                                                                            \
  static char *dup_##field (KadGuiPeer *peer, KadGuiStore *store)                                  \
  {                                                                                                \
    return dup_what_it_said (peer->field);                                                         \
  }

DUP_TEXT (agent)
DUP_TEXT (address)
DUP_TEXT (transport)
DUP_TEXT (security)
DUP_TEXT (muxer)
DUP_TEXT (reason)

static const Field fields[] = {
  { N_ ("Agent"), dup_agent },
  { N_ ("In the routing table"), dup_table },
  { N_ ("Distance"), dup_distance },
  { N_ ("Round trip"), dup_rtt },
  { N_ ("Last useful"), dup_useful },
  { N_ ("Added"), dup_added },
  { N_ ("Last in a query"), dup_touched },
  { N_ ("Connected"), dup_connected },
  { N_ ("Direction"), dup_direction },
  { N_ ("Connected for"), dup_reason },
  { N_ ("Address in use"), dup_address },
  { N_ ("Transport"), dup_transport },
  { N_ ("Security"), dup_security },
  { N_ ("Muxer"), dup_muxer },
  { N_ ("Streams"), dup_streams },
  { N_ ("Protected"), dup_protected },
  { N_ ("Key"), dup_key },
};

/* ---- the widget ---- */

struct _KadGuiPeerDetail
{
  GtkBox parent_instance;

  KadGuiPeerSelection *selection; /* (owned) */
  KadGuiPeerActions *actions;     /* (unowned) */
  KadGuiStore *store;             /* (owned) (nullable) */
  KadGuiPeer *peer;               /* (owned) (nullable) */
  GtkStack *stack;
  GtkLabel *id;
  GtkWidget *icon;
  GtkLabel *state;
  GtkLabel *message;
  GtkWidget *buttons[3];
  GtkLabel *titles[G_N_ELEMENTS (fields)];
  GtkLabel *values[G_N_ELEMENTS (fields)];
  GtkWidget *addresses;
  GtkLabel *addresses_title;
  char *shown_addresses; /* joined: the rows are made anew only if they changed */
  guint refresh;
};

G_DEFINE_FINAL_TYPE (KadGuiPeerDetail, kad_gui_peer_detail, GTK_TYPE_BOX)

static const struct
{
  const char *label;  /* N_() */
  const char *action; /* after "peer." */
} buttons[] = {
  { N_ ("Ping"), "ping" },
  { N_ ("Dial"), "dial" },
  { N_ ("Disconnect"), "hang-up" },
};

static void
on_copy_address (GtkButton *button, gpointer user_data)
{
  KadGuiPeerDetail *self = user_data;
  const char *address = g_object_get_data (G_OBJECT (button), "kad-gui-address");
  g_autofree char *whole = NULL;

  if (self->peer == NULL)
    return;
  whole = kad_gui_peer_actions_dup_multiaddr (self->peer, address);
  gtk_widget_activate_action (GTK_WIDGET (self), "kad.copy", "s", whole);
}

static GtkWidget *
new_copy_button (const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
  return button;
}

static GtkLabel *
new_value (void)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  /* An id that goes on in the next line has no hyphen in it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, attributes);
  gtk_label_set_xalign (label, 0);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (label, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (label), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (label), "numeric");
  return label;
}

static void
add_address (KadGuiPeerDetail *self, const char *address)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = new_copy_button (_ ("Copy Multiaddr"));
  GtkLabel *label = new_value ();
  g_autofree char *text = kad_gui_text (address);

  gtk_label_set_label (label, text);
  g_object_set_data_full (G_OBJECT (button), "kad-gui-address", g_strdup (address), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_copy_address), self);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (label));
  gtk_box_append (GTK_BOX (row), button);
  gtk_box_append (GTK_BOX (self->addresses), row);
}

static void
update_addresses (KadGuiPeerDetail *self)
{
  char **addresses = self->peer->addresses;
  g_autofree char *joined = addresses != NULL ? g_strjoinv ("\n", addresses) : g_strdup ("");
  guint n = addresses != NULL ? g_strv_length (addresses) : 0;
  g_autofree char *title = NULL;
  GtkWidget *row;

  if (g_strcmp0 (joined, self->shown_addresses) == 0)
    return;
  g_free (self->shown_addresses);
  self->shown_addresses = g_steal_pointer (&joined);
  while ((row = gtk_widget_get_first_child (self->addresses)) != NULL)
    gtk_box_remove (GTK_BOX (self->addresses), row);
  for (guint i = 0; i < n && i < MAX_SHOWN_ADDRESSES; i++)
    add_address (self, addresses[i]);
  title = n > 0 ? g_strdup_printf (ngettext ("%u Address", "%u Addresses", n), n)
                : g_strdup (_ ("No Address Is Known"));
  gtk_label_set_label (self->addresses_title, title);
}

static void
update_buttons (KadGuiPeerDetail *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_widget_set_tooltip_text (
        self->buttons[i], kad_gui_peer_actions_get_reason (self->actions, buttons[i].action));
}

static void
update (KadGuiPeerDetail *self)
{
  g_autofree char *id = NULL;
  KadGuiLook look;

  gtk_stack_set_visible_child_name (self->stack, self->peer != NULL ? "peer" : "nobody");
  if (self->peer == NULL || self->store == NULL)
    return;
  id = kad_gui_text (self->peer->id);
  look = kad_gui_look_of (self->peer);
  gtk_label_set_label (self->id, id);
  kad_gui_look_icon_set_look (KAD_GUI_LOOK_ICON (self->icon), look);
  gtk_label_set_label (self->state, kad_gui_look_get_name (look));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *text = fields[i].dup_text (self->peer, self->store);

      gtk_label_set_label (self->values[i], text != NULL ? text : "");
      gtk_widget_set_visible (GTK_WIDGET (self->titles[i]), text != NULL);
      gtk_widget_set_visible (GTK_WIDGET (self->values[i]), text != NULL);
    }
  update_addresses (self);
  update_buttons (self);
}

static gboolean
on_refresh (gpointer user_data)
{
  KadGuiPeerDetail *self = user_data;

  self->refresh = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
on_changed (KadGuiPeerDetail *self)
{
  if (self->refresh == 0)
    self->refresh = g_timeout_add (REFRESH_MS, on_refresh, self);
}

static void
follow (KadGuiPeerDetail *self, KadGuiPeer *peer)
{
  if (self->peer != NULL)
    g_signal_handlers_disconnect_by_func (self->peer, on_changed, self);
  g_set_object (&self->peer, peer);
  if (peer != NULL)
    g_signal_connect_swapped (peer, "notify", G_CALLBACK (on_changed), self);
}

static void
on_selected (KadGuiPeerDetail *self)
{
  follow (self, kad_gui_peer_selection_get_peer (self->selection));
  update (self);
}

static void
on_message (KadGuiPeerDetail *self)
{
  const char *message = kad_gui_peer_actions_get_message (self->actions);

  gtk_label_set_label (self->message, message);
  gtk_widget_set_visible (GTK_WIDGET (self->message), *message != '\0');
  update_buttons (self);
}

/* ---- building ---- */

static GtkWidget *
new_head (KadGuiPeerDetail *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *state = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *copy = new_copy_button (_ ("Copy Peer ID"));

  self->id = new_value ();
  gtk_widget_add_css_class (GTK_WIDGET (self->id), "heading");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (copy), "peer.copy-id");
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->id));
  gtk_box_append (GTK_BOX (row), copy);
  self->icon = kad_gui_look_icon_new ();
  self->state = new_value ();
  gtk_box_append (GTK_BOX (state), self->icon);
  gtk_box_append (GTK_BOX (state), GTK_WIDGET (self->state));
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (box), state);
  return box;
}

static GtkWidget *
new_buttons (KadGuiPeerDetail *self)
{
  GtkWidget *flow = gtk_flow_box_new ();
  GtkWidget *json = gtk_button_new_with_label (_ ("Copy as JSON"));

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 4);
  gtk_widget_add_css_class (flow, "kad-buttons");
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      g_autofree char *action = g_strconcat ("peer.", buttons[i].action, NULL);

      self->buttons[i] = gtk_button_new_with_label (_ (buttons[i].label));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->buttons[i]), action);
      gtk_flow_box_insert (GTK_FLOW_BOX (flow), self->buttons[i], -1);
    }
  gtk_actionable_set_action_name (GTK_ACTIONABLE (json), "peer.copy-json");
  gtk_flow_box_insert (GTK_FLOW_BOX (flow), json, -1);
  for (GtkWidget *child = gtk_widget_get_first_child (flow); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_focusable (child, FALSE);
  return flow;
}

static GtkWidget *
new_fields (KadGuiPeerDetail *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      self->titles[i] = GTK_LABEL (gtk_label_new (_ (fields[i].title)));
      gtk_label_set_xalign (self->titles[i], 0);
      gtk_label_set_yalign (self->titles[i], 0);
      gtk_widget_add_css_class (GTK_WIDGET (self->titles[i]), "dim-label");
      self->values[i] = new_value ();
      gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (self->titles[i]), 0, (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (self->values[i]), 1, (int) i, 1, 1);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self->values[i]),
                                      GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->titles[i], NULL,
                                      -1);
    }
  return grid;
}

static GtkWidget *
new_peer (KadGuiPeerDetail *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_add_css_class (box, "kad-detail");
  self->message = new_value ();
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
  self->addresses_title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->addresses_title, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->addresses_title), "heading");
  self->addresses = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), new_head (self));
  gtk_box_append (GTK_BOX (box), new_buttons (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->message));
  gtk_box_append (GTK_BOX (box), new_fields (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->addresses_title));
  gtk_box_append (GTK_BOX (box), self->addresses);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);
  return scrolled;
}

static void
kad_gui_peer_detail_dispose (GObject *object)
{
  KadGuiPeerDetail *self = KAD_GUI_PEER_DETAIL (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  follow (self, NULL);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kad_gui_peer_detail_parent_class)->dispose (object);
}

static void
kad_gui_peer_detail_finalize (GObject *object)
{
  g_free (KAD_GUI_PEER_DETAIL (object)->shown_addresses);
  G_OBJECT_CLASS (kad_gui_peer_detail_parent_class)->finalize (object);
}

static void
kad_gui_peer_detail_class_init (KadGuiPeerDetailClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_peer_detail_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_gui_peer_detail_finalize;
}

static void
kad_gui_peer_detail_init (KadGuiPeerDetail *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_stack_add_named (self->stack,
                       kad_gui_placeholder_new ("avatar-default-symbolic", _ ("No Peer Selected"),
                                                _ ("Select one to see all that is known of it.")),
                       "nobody");
  gtk_stack_add_named (self->stack, new_peer (self), "peer");
  gtk_stack_set_visible_child_name (self->stack, "nobody");
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->stack));
}

void
kad_gui_peer_detail_bind (KadGuiPeerDetail *self, KadGuiPeerSelection *selection,
                          KadGuiPeerActions *actions)
{
  self->selection = g_object_ref (selection);
  self->actions = actions;
  g_signal_connect_swapped (selection, "notify::peer", G_CALLBACK (on_selected), self);
  g_signal_connect_object (actions, "notify::message", G_CALLBACK (on_message), self,
                           G_CONNECT_SWAPPED);
  on_selected (self);
}

void
kad_gui_peer_detail_set_store (KadGuiPeerDetail *self, KadGuiStore *store)
{
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_set_object (&self->store, store);
  /* Ages grow while nothing of the peer changes. */
  if (store != NULL)
    g_signal_connect_swapped (store, "table-changed", G_CALLBACK (on_changed), self);
  update (self);
}

const char *
kad_gui_peer_detail_get_field (KadGuiPeerDetail *self, const char *title)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (fields[i].title, title) == 0
        && gtk_widget_get_visible (GTK_WIDGET (self->values[i])))
      return gtk_label_get_label (self->values[i]);
  return NULL;
}
