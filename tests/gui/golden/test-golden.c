/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each page as it is, and as it was: see "Golden images" in HACKING.md. */
#include <glib/gstdio.h>

#include "kad-gui-golden-image.h"
#include "kad-gui-golden-stage.h"
#include "kad-gui-pages.h"
#include "kad-gui-test-source.h"

typedef struct
{
  const char *name;
  KadGuiTestScene scene;
  gboolean dark;
  int width;
  int height;
} Variant;

static const Variant variants[] = {
  { "light", KAD_GUI_TEST_FULL, FALSE, 1000, 900 },
  { "dark", KAD_GUI_TEST_FULL, TRUE, 1000, 900 },
  { "narrow", KAD_GUI_TEST_FULL, FALSE, 400, 900 },
  { "empty", KAD_GUI_TEST_EMPTY, FALSE, 1000, 900 },
  { "error", KAD_GUI_TEST_FAILED, FALSE, 1000, 900 },
};

typedef struct
{
  GType type;
  const Variant *variant;
} Case;

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
}

/* What pages ask of the window: it is there, so that nothing looks disabled. */
static GSimpleActionGroup *
new_actions (void)
{
  static const GActionEntry entries[] = {
    { "show-peer", on_action, "s", NULL, NULL, { 0 } },
    { "show-query", on_action, "x", NULL, NULL, { 0 } },
    { "show-bucket", on_action, "u", NULL, NULL, { 0 } },
    { "show-key", on_action, "s", NULL, NULL, { 0 } },
    { "show-events", on_action, "s", NULL, NULL, { 0 } },
    { "show-page", on_action, "s", NULL, NULL, { 0 } },
    { "new-query", on_action, "(ss)", NULL, NULL, { 0 } },
    { "copy", on_action, "s", NULL, NULL, { 0 } },
    { "toast", on_action, "s", NULL, NULL, { 0 } },
  };
  GSimpleActionGroup *group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), NULL);
  return group;
}

static char *
dup_path (const char *folder, const char *page, const Variant *variant, const char *what)
{
  g_autofree char *name = g_strdup_printf ("%s-%s%s.png", page, variant->name, what);

  return g_build_filename (folder, name, NULL);
}

/* What it looks like now, and the difference, for somebody to look at. */
static void
keep (const KadGuiGoldenImage *image, const KadGuiGoldenImage *golden, const char *page,
      const Variant *variant)
{
  const char *folder = g_getenv ("KAD_GOLDEN_OUTPUT");
  g_autofree char *actual = dup_path (folder, page, variant, "-actual");
  g_autofree char *difference = dup_path (folder, page, variant, "-difference");
  g_autoptr (KadGuiGoldenImage) differing = NULL;
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0755);
  kad_gui_golden_image_save (image, actual, &error);
  g_assert_no_error (error);
  g_test_message ("It looks like %s now", actual);
  if (golden == NULL)
    return;
  differing = kad_gui_golden_image_new_difference (image, golden);
  kad_gui_golden_image_save (differing, difference, &error);
  g_assert_no_error (error);
  g_test_message ("What differs is red in %s", difference);
}

static void
compare (const KadGuiGoldenImage *image, const char *page, const Variant *variant)
{
  g_autofree char *path = dup_path (g_getenv ("KAD_GOLDEN_IMAGES"), page, variant, "");
  g_autoptr (KadGuiGoldenImage) golden = NULL;
  g_autofree char *difference = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("KAD_GOLDEN_UPDATE") != NULL)
    {
      golden = kad_gui_golden_image_load (path, NULL);
      /* Who commits them sees only those that changed. */
      if (golden != NULL)
        difference = kad_gui_golden_image_dup_difference (image, golden);
      if (golden == NULL || difference != NULL)
        kad_gui_golden_image_save (image, path, &error);
      g_assert_no_error (error);
      return;
    }
  golden = kad_gui_golden_image_load (path, &error);
  if (golden == NULL)
    difference = g_strdup_printf ("%s (make it: tests/gui/golden.py --update)", error->message);
  else
    difference = kad_gui_golden_image_dup_difference (image, golden);
  if (difference == NULL)
    return;
  keep (image, golden, page, variant);
  g_test_message ("%s-%s: %s", page, variant->name, difference);
  g_test_fail ();
}

static void
test_page (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (c->variant->scene);
  g_autoptr (GSimpleActionGroup) actions = new_actions ();
  GtkWidget *page = g_object_new (c->type, NULL);
  g_autoptr (KadGuiGoldenImage) image = NULL;
  GtkWindow *window;

  g_test_summary ("The page looks as it did");
  kad_gui_golden_stage_set_dark (c->variant->dark);
  gtk_widget_insert_action_group (page, "kad", G_ACTION_GROUP (actions));
  kad_gui_source_set_topics (source, kad_gui_page_get_topics (KAD_GUI_PAGE (page)));
  kad_gui_page_set_source (KAD_GUI_PAGE (page), source);
  window = kad_gui_golden_stage_show (page, c->variant->width, c->variant->height);
  image = kad_gui_golden_image_new_for_widget (page);
  compare (image, kad_gui_page_get_name (KAD_GUI_PAGE (page)), c->variant);
  gtk_window_destroy (window);
}

/* "KadGuiOverviewPage" -> "overview", for the name of the test. */
static void
add_page (GType type)
{
  const char *only = g_getenv ("KAD_GOLDEN_ONLY");
  GtkWidget *page = g_object_ref_sink (g_object_new (type, NULL));
  const char *name = kad_gui_page_get_name (KAD_GUI_PAGE (page));

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gui/golden/%s/%s", name, variants[i].name);
      Case *c;

      if (only != NULL && g_strcmp0 (only, name) != 0)
        continue;
      c = g_new (Case, 1);
      c->type = type;
      c->variant = &variants[i];
      g_test_add_data_func_full (path, c, test_page, g_free);
    }
  g_object_unref (page);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const GType *types;

  g_test_init (&argc, &argv, NULL);
  if (!kad_gui_golden_stage_init (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  types = kad_gui_pages_get_types ();
  for (guint i = 0; types[i] != G_TYPE_INVALID; i++)
    add_page (types[i]);
  return g_test_run ();
}
