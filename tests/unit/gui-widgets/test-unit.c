/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-unit.h"

#include <math.h>

static void
assert_ticks (KadGuiUnit unit, double min, double max, const char *expected)
{
  double ticks[KAD_GUI_MAX_TICKS];
  guint n = kad_gui_unit_fill_ticks (unit, min, max, ticks);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%g", i > 0 ? " " : "", ticks[i]);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_ticks_are_round (void)
{
  g_test_summary ("Ticks are round, and enclose what is drawn");
  assert_ticks (KAD_GUI_UNIT_COUNT, 0, 131, "0 50 100 150");
  assert_ticks (KAD_GUI_UNIT_COUNT, 0, 20, "0 5 10 15 20");
  assert_ticks (KAD_GUI_UNIT_COUNT, 7012, 7830, "7000 7500 8000");
  assert_ticks (KAD_GUI_UNIT_BYTES_PER_SECOND, 0, 11300, "0 5000 10000 15000");
  assert_ticks (KAD_GUI_UNIT_PER_SECOND, 0, 1.7, "0 0.5 1 1.5 2");
}

static void
test_things_are_whole (void)
{
  g_test_summary ("Things are counted in whole ones, however few there are");
  assert_ticks (KAD_GUI_UNIT_COUNT, 0, 1, "0 1");
  assert_ticks (KAD_GUI_UNIT_COUNT, 0, 3, "0 1 2 3");
}

static void
test_nonsense (void)
{
  double ticks[KAD_GUI_MAX_TICKS];

  g_test_summary ("What is no range has an axis all the same, and ticks never run over");
  assert_ticks (KAD_GUI_UNIT_COUNT, 0, 0, "0 1");
  assert_ticks (KAD_GUI_UNIT_COUNT, INFINITY, -INFINITY, "0 1");
  assert_ticks (KAD_GUI_UNIT_COUNT, NAN, NAN, "0 1");
  for (double max = 1e-9; max < 1e15; max *= 7.3)
    {
      guint n = kad_gui_unit_fill_ticks (KAD_GUI_UNIT_PER_SECOND, 0, max, ticks);

      g_assert_cmpuint (n, >=, 2);
      g_assert_cmpuint (n, <=, KAD_GUI_MAX_TICKS);
      g_assert_cmpfloat (ticks[n - 1], >=, max);
    }
}

static void
assert_text (KadGuiUnit unit, double value, const char *expected)
{
  g_autofree char *text = kad_gui_unit_dup_text (unit, value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_texts (void)
{
  g_test_summary ("A number says what it is of");
  assert_text (KAD_GUI_UNIT_COUNT, 131, "131");
  assert_text (KAD_GUI_UNIT_PER_SECOND, 3.5, "3.5/s");
  assert_text (KAD_GUI_UNIT_PER_SECOND, 42.4, "42/s");
  assert_text (KAD_GUI_UNIT_BYTES_PER_SECOND, 5000, "5.0\302\240kB/s");
  assert_text (KAD_GUI_UNIT_COUNT, NAN, "–");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/unit/ticks", test_ticks_are_round);
  g_test_add_func ("/gui/unit/whole", test_things_are_whole);
  g_test_add_func ("/gui/unit/nonsense", test_nonsense);
  g_test_add_func ("/gui/unit/texts", test_texts);
  return g_test_run ();
}
