/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-path-layout.h"

static KadGuiContact *
add (GPtrArray *contacts, const char *peer, const char *named_by, guint bits, gboolean contributing)
{
  KadGuiContact *contact = kad_gui_contact_new ();

  kad_gui_item_set_string (contact, KAD_GUI_CONTACT_FIELD_PEER, peer);
  kad_gui_item_set_string (contact, KAD_GUI_CONTACT_FIELD_NAMED_BY, named_by);
  kad_gui_item_set_uint (contact, KAD_GUI_CONTACT_FIELD_DISTANCE_BITS, bits);
  kad_gui_item_set_boolean (contact, KAD_GUI_CONTACT_FIELD_CONTRIBUTING, contributing);
  g_ptr_array_add (contacts, contact);
  return contact;
}

static KadGuiPathNode *
find (KadGuiPathLayout *layout, const char *peer)
{
  for (guint i = 0; i < layout->nodes->len; i++)
    {
      KadGuiPathNode *node = &g_array_index (layout->nodes, KadGuiPathNode, i);

      if (g_str_equal (node->contact->peer, peer))
        return node;
    }
  return NULL;
}

static void
test_layers (void)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (KadGuiPathLayout) layout = NULL;

  g_test_summary ("Who named somebody is a layer before it; who contributes nothing has no node");
  kad_gui_item_set_boolean (add (contacts, "C", "B", 9, TRUE), KAD_GUI_CONTACT_FIELD_GAVE, TRUE);
  add (contacts, "A", "", 1, TRUE);
  add (contacts, "B", "A", 5, TRUE);
  add (contacts, "X", "A", 30, FALSE);
  kad_gui_item_set_boolean (add (contacts, "G", "", 0, FALSE), KAD_GUI_CONTACT_FIELD_GAVE, TRUE);
  layout = kad_gui_path_layout_new (contacts);
  g_assert_cmpuint (layout->nodes->len, ==, 4);
  g_assert_cmpuint (layout->n_layers, ==, 3);
  g_assert_cmpuint (layout->n_rows, ==, 2);
  g_assert_nonnull (find (layout, "G"));
  g_assert_cmpuint (find (layout, "A")->layer, ==, 0);
  g_assert_cmpuint (find (layout, "C")->layer, ==, 2);
  g_assert_cmpint (find (layout, "A")->parent, ==, -1);
  g_assert_null (find (layout, "X"));
  g_assert_cmpuint (layout->n_left_out, ==, 0);
}

static void
test_bound (void)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (KadGuiPathLayout) layout = NULL;

  g_test_summary ("No more nodes than can be read; who gave something is among them");
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *peer = g_strdup_printf ("P%u", i);

      add (contacts, peer, "", i % 30, TRUE);
    }
  kad_gui_item_set_boolean (contacts->pdata[0], KAD_GUI_CONTACT_FIELD_GAVE, TRUE);
  layout = kad_gui_path_layout_new (contacts);
  g_assert_cmpuint (layout->nodes->len, ==, KAD_GUI_MAX_PATH_NODES);
  g_assert_cmpuint (layout->n_left_out, ==, 500 - KAD_GUI_MAX_PATH_NODES);
  g_assert_nonnull (find (layout, "P0"));
}

static void
test_circle (void)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (KadGuiPathLayout) layout = NULL;

  g_test_summary ("Peers that name each other in a circle, or themselves, end somewhere");
  add (contacts, "A", "C", 1, TRUE);
  add (contacts, "B", "A", 2, TRUE);
  add (contacts, "C", "B", 3, TRUE);
  add (contacts, "D", "D", 4, TRUE);
  layout = kad_gui_path_layout_new (contacts);
  g_assert_cmpuint (layout->nodes->len, ==, 4);
  g_assert_cmpuint (layout->n_layers, ==, 3);
}

static void
test_rows_beside_parents (void)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (KadGuiPathLayout) layout = NULL;

  g_test_summary ("Peers stand in the order of those who named them");
  add (contacts, "A", "", 1, TRUE);
  add (contacts, "B", "", 1, TRUE);
  add (contacts, "A1", "A", 8, TRUE);
  add (contacts, "B1", "B", 9, TRUE);
  add (contacts, "A2", "A", 7, TRUE);
  layout = kad_gui_path_layout_new (contacts);
  g_assert_cmpuint (layout->n_rows, ==, 3);
  g_assert_cmpint (find (layout, "A1")->row < find (layout, "B1")->row, ==,
                   find (layout, "A")->row < find (layout, "B")->row);
  g_assert_cmpint (find (layout, "A2")->row < find (layout, "B1")->row, ==,
                   find (layout, "A")->row < find (layout, "B")->row);
}

static void
test_nothing (void)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  g_autoptr (KadGuiPathLayout) layout = kad_gui_path_layout_new (contacts);

  g_test_summary ("Nobody is no layer");
  g_assert_cmpuint (layout->nodes->len, ==, 0);
  g_assert_cmpuint (layout->n_layers, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/path-layout/layers", test_layers);
  g_test_add_func ("/gui/path-layout/bound", test_bound);
  g_test_add_func ("/gui/path-layout/circle", test_circle);
  g_test_add_func ("/gui/path-layout/rows-beside-parents", test_rows_beside_parents);
  g_test_add_func ("/gui/path-layout/nothing", test_nothing);
  return g_test_run ();
}
