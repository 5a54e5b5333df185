/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-what-if.h"

#include <math.h>
#include <string.h>

#include "kad-gui-i18n.h"
#include "kad-gui-look-icon.h"
#include "kad-gui-text.h"
#include "kad-key-text.h"

#define MAX_ROWS_HEIGHT 220
#define REFRESH_MS 250

struct _KadGuiWhatIf
{
  GtkBox parent_instance;

  KadGuiStore *store;             /* (owned) (nullable) */
  KadGuiPeerSelection *selection; /* (owned) (nullable) */
  GtkEntry *entry;
  GtkRevealer *revealer;
  GtkLabel *answer;
  GtkWidget *rows_part;
  GListStore *closest; /* KadGuiPeer */
  gboolean has_key;
  KadKey key;
  KadKey listed; /* the key that the list is about */
  guint refresh;
};

G_DEFINE_FINAL_TYPE (KadGuiWhatIf, kad_gui_what_if, GTK_TYPE_BOX)

enum
{
  PROP_STORE = 1,
  PROP_SELECTION,
};

/* ---- the answer ---- */

static char *
dup_bucket_words (KadGuiWhatIf *self, guint n)
{
  KadKey own;
  guint bits;

  if (!kad_gui_store_get_self_key (self->store, &own))
    return g_strdup (_ ("Who this node is is not known yet, so no bucket can be told."));
  bits = kad_key_common_prefix (&own, &self->key);
  if (bits >= KAD_KEY_BITS)
    return g_strdup (_ ("This is the key of this node itself."));
  if (n == 0)
    return g_strdup_printf (_ ("It belongs into bucket %u. Nobody is in the routing table."), bits);
  return g_strdup_printf (ngettext ("It belongs into bucket %u. The closest peer known:",
                                    "It belongs into bucket %u. The %u closest peers known:", n),
                          bits, n);
}

/* The list changes only where the answer did. */
static void
put_closest (KadGuiWhatIf *self, GPtrArray *peers)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->closest));
  gboolean same = n == peers->len && kad_key_equal (&self->key, &self->listed);

  for (guint i = 0; i < n && same; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->closest), i);

      same = item == peers->pdata[i];
    }
  self->listed = self->key;
  if (!same)
    g_list_store_splice (self->closest, 0, n, peers->pdata, peers->len);
  gtk_widget_set_visible (self->rows_part, peers->len > 0);
}

static void
set_answer (KadGuiWhatIf *self, const char *text, gboolean is_error)
{
  gtk_label_set_label (self->answer, text);
  gtk_revealer_set_reveal_child (self->revealer, *text != '\0');
  if (is_error)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
      is_error ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
update (KadGuiWhatIf *self)
{
  g_autoptr (GPtrArray) peers = NULL;
  g_autofree char *words = NULL;

  if (!self->has_key || self->store == NULL)
    {
      g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

      put_closest (self, nobody);
      if (self->selection != NULL)
        kad_gui_peer_selection_set_target (self->selection, NULL, NULL);
      return;
    }
  peers = kad_gui_peer_list_dup_closest (kad_gui_store_get_peers (self->store), &self->key,
                                         KAD_GUI_CLOSEST);
  words = dup_bucket_words (self, peers->len);
  set_answer (self, words, FALSE);
  put_closest (self, peers);
  if (self->selection != NULL)
    kad_gui_peer_selection_set_target (self->selection, &self->key, peers);
}

static void
read_key (KadGuiWhatIf *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_strstrip (text);
  self->has_key = FALSE;
  if (*text == '\0')
    set_answer (self, "", FALSE);
  else if ((bytes = kad_key_text_parse (text, KAD_KEY_USE_TARGET, FALSE, &error)) != NULL)
    {
      kad_key_init (&self->key, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      self->has_key = TRUE;
    }
  else
    {
      g_autofree char *why = kad_gui_text (error->message);
      g_autofree char *words
          = g_strdup_printf (_ ("This is no key: %s. A CID, a peer ID, a multihash in base58, "
                                "/pk/… or /ipns/…, text:…, hex:… and base64:… are."),
                             why);

      set_answer (self, words, TRUE);
    }
  update (self);
}

static gboolean
on_refresh (gpointer user_data)
{
  KadGuiWhatIf *self = user_data;

  self->refresh = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
on_table_changed (KadGuiWhatIf *self)
{
  if (self->has_key && self->refresh == 0)
    self->refresh = g_timeout_add (REFRESH_MS, on_refresh, self);
}

/* ---- rows ---- */

static void
copy (KadGuiWhatIf *self, const char *text)
{
  /* Whoever holds the page says so; without anybody it is still copied. */
  if (!gtk_widget_activate_action (GTK_WIDGET (self), "kad.copy", "s", text))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
on_copy_row (GtkButton *button, gpointer user_data)
{
  KadGuiWhatIf *self = user_data;
  GtkListItem *item = g_object_get_data (G_OBJECT (button), "kad-gui-item");
  KadGuiPeer *peer = gtk_list_item_get_item (item);

  if (peer != NULL)
    copy (self, peer->id);
}

static void
on_copy_all (KadGuiWhatIf *self)
{
  GString *text = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->closest));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (G_LIST_MODEL (self->closest), i);

      g_string_append_printf (text, "%s\n", peer->id);
    }
  copy (self, text->str);
  g_string_free (text, TRUE);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *distance = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (name, "numeric");
  gtk_widget_add_css_class (distance, "numeric");
  gtk_widget_add_css_class (distance, "dim-label");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Copy Peer ID"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy Peer ID"), -1);
  g_object_set_data (G_OBJECT (button), "kad-gui-item", item);
  g_signal_connect (button, "clicked", G_CALLBACK (on_copy_row), user_data);
  gtk_box_append (GTK_BOX (box), kad_gui_look_icon_new ());
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), distance);
  gtk_box_append (GTK_BOX (box), button);
  gtk_list_item_set_child (item, box);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  KadGuiWhatIf *self = user_data;
  KadGuiPeer *peer = gtk_list_item_get_item (item);
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *name = gtk_widget_get_next_sibling (icon);
  GtkWidget *distance = gtk_widget_get_next_sibling (name);
  double bits = kad_key_log2_distance (&self->key, &peer->key);
  g_autofree char *id = kad_gui_text (peer->id);
  g_autofree char *words
      = isfinite (bits) ? g_strdup_printf ("2^%.1f", bits) : g_strdup (_ ("the key itself"));

  kad_gui_look_icon_set_look (KAD_GUI_LOOK_ICON (icon), kad_gui_look_of (peer));
  gtk_label_set_label (GTK_LABEL (name), id);
  gtk_label_set_label (GTK_LABEL (distance), words);
}

static void
on_row_selected (GtkSingleSelection *single, GParamSpec *pspec, gpointer user_data)
{
  KadGuiWhatIf *self = user_data;
  KadGuiPeer *peer = gtk_single_selection_get_selected_item (single);

  if (peer != NULL && self->selection != NULL)
    kad_gui_peer_selection_set_peer (self->selection, peer);
}

/* ---- the widget ---- */

static GtkWidget *
new_rows (KadGuiWhatIf *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSingleSelection *single
      = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->closest)));
  GtkWidget *view;

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  gtk_single_selection_set_autoselect (single, FALSE);
  gtk_single_selection_set_can_unselect (single, TRUE);
  gtk_single_selection_set_selected (single, GTK_INVALID_LIST_POSITION);
  g_signal_connect (single, "notify::selected-item", G_CALLBACK (on_row_selected), self);
  view = gtk_list_view_new (GTK_SELECTION_MODEL (single), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The closest peers known"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_ROWS_HEIGHT);
  gtk_widget_add_css_class (scrolled, "card");
  return scrolled;
}

static GtkWidget *
new_answer (KadGuiWhatIf *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Copy All"));

  self->answer = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->answer, TRUE);
  gtk_label_set_wrap_mode (self->answer, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->answer, 0);
  gtk_label_set_selectable (self->answer, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->answer), TRUE);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_copy_all), self);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->answer));
  gtk_box_append (GTK_BOX (head), button);
  self->rows_part = new_rows (self);
  g_object_bind_property (self->rows_part, "visible", button, "visible", G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), self->rows_part);
  gtk_widget_set_margin_top (box, 6);
  return box;
}

static void
kad_gui_what_if_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiWhatIf *self = KAD_GUI_WHAT_IF (object);

  if (id == PROP_STORE)
    g_value_set_object (value, self->store);
  else if (id == PROP_SELECTION)
    g_value_set_object (value, self->selection);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_what_if_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiWhatIf *self = KAD_GUI_WHAT_IF (object);

  if (id == PROP_STORE)
    kad_gui_what_if_set_store (self, g_value_get_object (value));
  else if (id == PROP_SELECTION)
    kad_gui_what_if_set_selection (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_what_if_dispose (GObject *object)
{
  KadGuiWhatIf *self = KAD_GUI_WHAT_IF (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_func (self->store, on_table_changed, self);
  g_clear_object (&self->store);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (kad_gui_what_if_parent_class)->dispose (object);
}

static void
kad_gui_what_if_finalize (GObject *object)
{
  g_object_unref (KAD_GUI_WHAT_IF (object)->closest);
  G_OBJECT_CLASS (kad_gui_what_if_parent_class)->finalize (object);
}

static void
kad_gui_what_if_class_init (KadGuiWhatIfClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = kad_gui_what_if_get_property;
  object_class->set_property = kad_gui_what_if_set_property;
  object_class->dispose = kad_gui_what_if_dispose;
  object_class->finalize = kad_gui_what_if_finalize;
  g_object_class_install_property (
      object_class, PROP_STORE,
      g_param_spec_object ("store", NULL, NULL, KAD_GUI_TYPE_STORE, both));
  g_object_class_install_property (
      object_class, PROP_SELECTION,
      g_param_spec_object ("selection", NULL, NULL, KAD_GUI_TYPE_PEER_SELECTION, both));
}

static void
kad_gui_what_if_init (KadGuiWhatIf *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->closest = g_list_store_new (KAD_GUI_TYPE_PEER);
  self->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_placeholder_text (self->entry, _ ("What if: a key, CID or peer ID…"));
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_PRIMARY,
                                     "dialog-question-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("A key: where would it be?"), -1);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (read_key), self);
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, new_answer (self));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->entry));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->revealer));
}

GtkWidget *
kad_gui_what_if_new (void)
{
  return g_object_new (KAD_GUI_TYPE_WHAT_IF, NULL);
}

void
kad_gui_what_if_set_store (KadGuiWhatIf *self, KadGuiStore *store)
{
  if (self->store == store)
    return;
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_func (self->store, on_table_changed, self);
  g_set_object (&self->store, store);
  if (store != NULL)
    g_signal_connect_swapped (store, "table-changed", G_CALLBACK (on_table_changed), self);
  update (self);
  g_object_notify (G_OBJECT (self), "store");
}

void
kad_gui_what_if_set_selection (KadGuiWhatIf *self, KadGuiPeerSelection *selection)
{
  if (g_set_object (&self->selection, selection))
    g_object_notify (G_OBJECT (self), "selection");
}

void
kad_gui_what_if_set_key (KadGuiWhatIf *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}

const char *
kad_gui_what_if_get_key (KadGuiWhatIf *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

const char *
kad_gui_what_if_get_answer (KadGuiWhatIf *self)
{
  return gtk_label_get_label (self->answer);
}

GListModel *
kad_gui_what_if_get_closest (KadGuiWhatIf *self)
{
  return G_LIST_MODEL (self->closest);
}
