/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-recording-source.h"

#include <glib/gstdio.h>
#include <string.h>

#include "kad-gui-lines.h"
#include "kad-json-reader.h"

#define ALL (KAD_GUI_LINES_EVENTS | KAD_GUI_LINES_QUERIES | KAD_GUI_LINES_ALL)
#define SELF "12D3KooWAu1yTtD9UKG1ihtDSEZaDviCeREny1v987KUnQwkxexf"
#define A "12D3KooWELnuU1NPWaJpFkqAJGgewqBGuhT97Rx8eh3sU6StQi3e"
#define HEADER                                                                                     \
  "{\"kad-stream\":1,\"version\":\"9\",\"peer\":\"" SELF                                           \
  "\",\"started_us\":1000000,\"topics\":[\"events\"]}\n"
#define CONNECTED(t)                                                                               \
  "{\"t\":" t ",\"event\":\"peer-connected\",\"peer\":\"" A "\",\"address\":\"/memory/1\"}\n"
#define DISCONNECTED(t) "{\"t\":" t ",\"event\":\"peer-disconnected\",\"peer\":\"" A "\"}\n"

/* Sanitizers make everything slow: less of it is enough to see what they look for. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SLOW 1
#endif
#endif
#ifndef IS_SLOW
#define IS_SLOW 0
#endif

/* ---- files ---- */

typedef struct
{
  char *folder;
  char *path;
  KadGuiSource *source;
} Fixture;

static Fixture *
fixture_new (const char *text, gssize len)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_autoptr (GFile) file = NULL;

  f->folder = g_dir_make_tmp ("kad-recording-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "recording", NULL);
  if (text != NULL)
    g_assert_true (g_file_set_contents (f->path, text, len, NULL));
  file = g_file_new_for_path (f->path);
  f->source = kad_gui_recording_source_new (file);
  return f;
}

static void
fixture_free (Fixture *f)
{
  kad_gui_source_close (f->source);
  /* A thread may still have it. */
  while (G_OBJECT (f->source)->ref_count > 1)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_finalize_object (f->source);
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
  g_free (f);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
open_source (Fixture *f)
{
  kad_gui_source_open (f->source);
  while (kad_gui_source_get_state (f->source) == KAD_GUI_SOURCE_CONNECTING)
    g_main_context_iteration (NULL, TRUE);
  if (kad_gui_source_get_state (f->source) == KAD_GUI_SOURCE_OPEN)
    kad_gui_source_set_topics (f->source, KAD_GUI_TOPIC_EVENTS);
}

static void
wait_for_seek (Fixture *f)
{
  while (kad_gui_recording_source_get_seeking (KAD_GUI_RECORDING_SOURCE (f->source)))
    g_main_context_iteration (NULL, TRUE);
}

static void
go_to (Fixture *f, gint64 position_us)
{
  kad_gui_player_seek (KAD_GUI_PLAYER (f->source), position_us);
  wait_for_seek (f);
}

static char *
read_network (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("KAD_GUI_TEST_DIR"), "data", "network.ndjson", NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* ---- what is seen, as text ---- */

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char **) a, *(char **) b);
}

static void
append_list (GString *text, const char *name, GListModel *list, gboolean is_sorted)
{
  guint n = g_list_model_get_n_items (list);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      g_ptr_array_add (rows, kad_gui_item_dup_json (item));
    }
  if (is_sorted)
    g_ptr_array_sort (rows, compare_text);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s %u %s\n", name, i, (char *) rows->pdata[i]);
}

static void
append_series (GString *text, KadGuiStore *store, const char *name)
{
  guint n;
  const KadGuiPoint *points
      = kad_gui_series_get_points (kad_gui_store_get_series (store, name), &n);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s %" G_GINT64_FORMAT " %g\n", name, points[i].at_us,
                            points[i].value);
}

static char *
describe (KadGuiStore *store)
{
  GString *text = g_string_new (NULL);
  g_autofree char *status = kad_gui_item_dup_json (kad_gui_store_get_status (store));
  GListModel *queries = kad_gui_store_get_queries (store);

  g_string_append_printf (text, "status %s\n", status);
  append_list (text, "peer", G_LIST_MODEL (kad_gui_store_get_peers (store)), TRUE);
  append_list (text, "bucket", kad_gui_store_get_buckets (store), FALSE);
  append_list (text, "query", queries, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (queries); i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (queries, i);

      append_list (text, "contact", query->contacts, FALSE);
      append_list (text, "step", query->steps, FALSE);
    }
  append_list (text, "event", kad_gui_store_get_events (store), FALSE);
  append_list (text, "publication", kad_gui_store_get_publications (store), FALSE);
  append_list (text, "record", kad_gui_store_get_records (store), FALSE);
  append_series (text, store, "peers");
  append_series (text, store, "table");
  append_series (text, store, "queries");
  return g_string_free (text, FALSE);
}

static gint64
get_clock (gpointer user_data)
{
  return *(gint64 *) user_data;
}

static gint64
get_time (const char *line)
{
  return g_str_has_prefix (line, "{\"t\":") ? g_ascii_strtoll (line + 5, NULL, 10) : 0;
}

/* What playing all lines up to there shows. */
static char *
describe_played (char **lines, gint64 position_us)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  g_autoptr (KadGuiLines) taken = kad_gui_lines_new (store, ALL);
  gint64 now_us = position_us;

  kad_gui_store_set_clock (store, get_clock, &now_us);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0' && get_time (lines[i]) <= position_us;
       i++)
    {
      g_autoptr (GVariant) fields = kad_json_read_object (lines[i], strlen (lines[i]), NULL);

      now_us = get_time (lines[i]);
      kad_gui_lines_take (taken, fields, lines[i]);
      if (i % 97 == 0)
        kad_gui_lines_flush (taken);
    }
  now_us = position_us;
  kad_gui_lines_flush (taken);
  kad_gui_store_table_changed (store);
  return describe (store);
}

/* Line by line: what differs is shown, not all that there is. */
static void
assert_same (const char *seen, const char *expected)
{
  g_auto (GStrv) a = g_strsplit (seen, "\n", -1);
  g_auto (GStrv) b = g_strsplit (expected, "\n", -1);

  for (guint i = 0; a[i] != NULL && b[i] != NULL; i++)
    g_assert_cmpstr (a[i], ==, b[i]);
  g_assert_cmpuint (g_strv_length (a), ==, g_strv_length (b));
}

/* ---- going to a moment ---- */

static void
test_open (void)
{
  g_autofree char *text = read_network ();
  g_autoptr (Fixture) f = fixture_new (text, -1);
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);
  KadGuiStore *store = kad_gui_source_get_store (f->source);

  g_test_summary ("An open recording stands at its beginning, and knows whose it is");
  g_assert_cmpstr (kad_gui_source_get_title (f->source), ==, "recording");
  open_source (f);
  g_assert_cmpuint (kad_gui_source_get_state (f->source), ==, KAD_GUI_SOURCE_OPEN);
  g_assert_cmpuint (kad_gui_source_get_abilities (f->source), ==, 0);
  g_assert_false (kad_gui_player_get_playing (player));
  g_assert_cmpint (kad_gui_player_get_position_us (player), ==,
                   kad_gui_player_get_begin_us (player));
  g_assert_cmpint (kad_gui_player_get_end_us (player) - kad_gui_player_get_begin_us (player), >,
                   4 * G_USEC_PER_SEC);
  g_assert_cmpint (kad_gui_store_get_now_us (store), ==, kad_gui_player_get_begin_us (player));
  g_assert_true (g_str_has_prefix (kad_gui_store_get_status (store)->peer_id, "12D3KooW"));
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (store)), ==, 0);
  kad_gui_source_close (f->source);
  open_source (f);
  g_assert_cmpuint (kad_gui_source_get_state (f->source), ==, KAD_GUI_SOURCE_OPEN);
}

static void
test_seek_is_play (void)
{
  g_autofree char *text = read_network ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (Fixture) f = fixture_new (text, -1);
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);
  KadGuiStore *store = kad_gui_source_get_store (f->source);

  g_test_summary ("Going to any moment, forth and back, shows what playing up to it shows");
  open_source (f);
  for (guint i = 0; i < 24; i++)
    {
      /* Each quarter of a second once, in no order. */
      gint64 position_us
          = MIN (kad_gui_player_get_begin_us (player) + (i * 7 % 24) * G_USEC_PER_SEC / 4,
                 kad_gui_player_get_end_us (player));
      g_autofree char *expected = describe_played (lines, position_us);
      g_autofree char *seen = NULL;

      go_to (f, position_us);
      g_assert_cmpint (kad_gui_player_get_position_us (player), ==, position_us);
      g_assert_cmpint (kad_gui_store_get_now_us (store), ==, position_us);
      seen = describe (store);
      assert_same (seen, expected);
    }
}

static void
append_shifted (GString *all, GRegex *numbers, const char *line, guint i)
{
  g_autoptr (GMatchInfo) match = NULL;
  gsize at = 0;

  g_regex_match (numbers, line, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      int begin, end;
      gint64 value;

      g_match_info_fetch_pos (match, 2, &begin, &end);
      value = g_ascii_strtoll (line + begin, NULL, 10);
      if (g_str_equal (name, "t"))
        value += (gint64) i * 6 * G_USEC_PER_SEC;
      else if (value > 0)
        value += i * 100;
      g_string_append_len (all, line + at, begin - (gssize) at);
      g_string_append_printf (all, "%" G_GINT64_FORMAT, value);
      at = (gsize) end;
    }
  g_string_append (all, line + at);
  g_string_append_c (all, '\n');
}

/* The recording so many times, each with numbers and times of its own; peers leave and come. */
static char *
repeat_network (guint n)
{
  g_autofree char *text = read_network ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *all = g_string_new (lines[0]);
  g_autoptr (GRegex) numbers = g_regex_new ("\"(t|query|run|consumer_run)\":(\\d+)", 0, 0, NULL);

  g_string_append_c (all, '\n');
  for (guint i = 0; i < n; i++)
    for (guint j = 1; lines[j] != NULL && *lines[j] != '\0'; j++)
      append_shifted (all, numbers, lines[j], i);
  return g_string_free (all, FALSE);
}

static void
test_seek_beyond_bounds (void)
{
  const guint n = IS_SLOW ? 5 : 150;
  g_autofree char *text = repeat_network (n);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (Fixture) f = fixture_new (text, -1);
  KadGuiStore *store = kad_gui_source_get_store (f->source);

  g_test_summary ("So it is where more happened than is kept");
  open_source (f);
  for (guint i = 0; i < 3; i++)
    {
      gint64 position_us = kad_gui_player_get_begin_us (KAD_GUI_PLAYER (f->source))
                           + n * 6 * G_USEC_PER_SEC * (3 - i) / 3 - 700 * 1000;
      g_autofree char *expected = describe_played (lines, position_us);
      g_autofree char *seen = NULL;

      go_to (f, position_us);
      seen = describe (store);
      assert_same (seen, expected);
    }
  go_to (f, kad_gui_player_get_end_us (KAD_GUI_PLAYER (f->source)));
  if (!IS_SLOW)
    g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_events (store)), ==,
                      KAD_GUI_MAX_EVENTS);
}

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_seek_is_quick (void)
{
  g_autofree char *text = repeat_network (IS_SLOW ? 5 : 200);
  g_autoptr (Fixture) f = fixture_new (text, -1);
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);
  KadGuiStore *store = kad_gui_source_get_store (f->source);
  guint n_changes = 0;
  gint64 longest_us;
  gint64 began_us;
  gint64 took_us;

  g_test_summary ("Going far in 50 MB is quick, done in slices, and seen at once");
  g_assert_cmpuint (strlen (text), >, (IS_SLOW ? 1 : 50) * 1000 * 1000);
  began_us = g_get_monotonic_time ();
  open_source (f);
  g_test_message ("It was open after %d ms", (int) ((g_get_monotonic_time () - began_us) / 1000));
  g_signal_connect (kad_gui_store_get_queries (store), "items-changed",
                    G_CALLBACK (on_items_changed), &n_changes);
  began_us = g_get_monotonic_time ();
  kad_gui_player_seek (player, kad_gui_player_get_end_us (player));
  longest_us = g_get_monotonic_time () - began_us;
  g_test_message ("The plan took %d ms", (int) (longest_us / 1000));
  while (kad_gui_recording_source_get_seeking (KAD_GUI_RECORDING_SOURCE (f->source)))
    {
      gint64 slice_us = g_get_monotonic_time ();

      g_main_context_iteration (NULL, TRUE);
      longest_us = MAX (longest_us, g_get_monotonic_time () - slice_us);
    }
  took_us = g_get_monotonic_time () - began_us;
  g_test_message ("It took %d ms, the longest slice %d ms", (int) (took_us / 1000),
                  (int) (longest_us / 1000));
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (store)), >=,
                    IS_SLOW ? 10 : KAD_GUI_MAX_QUERIES);
  /* With room for a machine that has much else to do. */
  g_assert_cmpint (took_us, <, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (longest_us, <, took_us);
}

/* ---- playing ---- */

static void
play_to_end (Fixture *f)
{
  kad_gui_player_set_playing (KAD_GUI_PLAYER (f->source), TRUE);
  while (kad_gui_player_get_playing (KAD_GUI_PLAYER (f->source)))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_play (void)
{
  g_autoptr (Fixture) f = fixture_new (
      HEADER CONNECTED ("1100000") DISCONNECTED ("3000000") CONNECTED ("4000000"), -1);
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);
  KadGuiPeerList *peers = kad_gui_store_get_peers (kad_gui_source_get_store (f->source));
  gint64 began_us = g_get_monotonic_time ();

  g_test_summary ("It plays at its speed, stops at the end, and begins anew after that");
  open_source (f);
  g_assert_cmpint (kad_gui_player_get_begin_us (player), ==, 1000000);
  kad_gui_player_set_speed (player, 10);
  play_to_end (f);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 300000);
  g_assert_cmpint (kad_gui_player_get_position_us (player), ==, 4000000);
  g_assert_cmpuint (kad_gui_peer_list_get_n_connected (peers), ==, 1);
  began_us = g_get_monotonic_time ();
  play_to_end (f);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 300000);
  g_assert_cmpint (kad_gui_player_get_position_us (player), ==, 4000000);
}

/* How often the main loop has something to do in a while. */
static guint
count_wakes (guint for_ms)
{
  GMainContext *context = g_main_context_default ();
  gint64 until_us = g_get_monotonic_time () + for_ms * 1000;
  guint n = 0;

  while (g_get_monotonic_time () < until_us)
    {
      if (g_main_context_iteration (context, FALSE))
        n++;
      else
        g_usleep (1000);
    }
  return n;
}

static void
test_wakes (void)
{
  g_autoptr (Fixture) f = fixture_new (
      HEADER CONNECTED ("1100000") DISCONNECTED ("1200000") CONNECTED ("9000000"), -1);
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);
  gint64 position_us;

  g_test_summary ("It wakes up when something is due, and not at all while it stands or is hidden");
  open_source (f);
  count_wakes (50);
  g_assert_cmpuint (count_wakes (200), ==, 0);
  kad_gui_player_set_playing (player, TRUE);
  wait_for_seek (f);
  g_assert_cmpuint (count_wakes (1000), <=, 4);
  g_assert_cmpint (kad_gui_player_get_position_us (player), >=, 1900000);
  /* Nobody looks. */
  kad_gui_source_set_topics (f->source, 0);
  position_us = kad_gui_player_get_position_us (player);
  g_assert_cmpuint (count_wakes (200), ==, 0);
  g_assert_cmpint (kad_gui_player_get_position_us (player), ==, position_us);
  g_assert_true (kad_gui_player_get_playing (player));
  kad_gui_source_set_topics (f->source, KAD_GUI_TOPIC_TABLE);
  kad_gui_player_set_playing (player, FALSE);
  g_assert_cmpuint (count_wakes (200), ==, 0);
}

static void
test_departed (void)
{
  g_autoptr (Fixture) f = fixture_new (
      HEADER CONNECTED ("1100000") DISCONNECTED ("1200000") CONNECTED ("9000000"), -1);
  GListModel *peers = G_LIST_MODEL (kad_gui_store_get_peers (kad_gui_source_get_store (f->source)));
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);

  g_test_summary ("Who left goes when it is time, though no line says so");
  open_source (f);
  go_to (f, 5900000);
  g_assert_cmpuint (g_list_model_get_n_items (peers), ==, 1);
  kad_gui_player_set_playing (player, TRUE);
  while (g_list_model_get_n_items (peers) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (kad_gui_player_get_position_us (player), >=, 6200000);
  g_assert_cmpint (kad_gui_player_get_position_us (player), <, 9000000);
}

/* ---- files that are no good ---- */

static void
assert_refused (const char *text, gssize len, const char *code, const char *words)
{
  g_autoptr (Fixture) f = fixture_new (text, len);

  open_source (f);
  g_assert_cmpuint (kad_gui_source_get_state (f->source), ==, KAD_GUI_SOURCE_FAILED);
  g_assert_cmpstr (kad_gui_source_get_error_code (f->source), ==, code);
  g_test_message ("%s", kad_gui_source_get_error_message (f->source));
  g_assert_nonnull (strstr (kad_gui_source_get_error_message (f->source), words));
}

static void
test_damaged (void)
{
  g_autofree char *long_word = g_strnfill (70000, 'x');
  g_autofree char *too_long
      = g_strdup_printf (HEADER "{\"t\":1,\"event\":\"%s\"}\n" CONNECTED ("2"), long_word);

  g_test_summary ("What is wrong with a file is said, and where");
  assert_refused (NULL, 0, "NotFound", "No such file");
  assert_refused ("", 0, "Corrupt", "empty");
  assert_refused ("\n\n", -1, "Corrupt", "no recording");
  assert_refused ("{\"hello\":1}\n", -1, "Corrupt", "kad-stream");
  assert_refused ("\x7f"
                  "ELF\x02\x01\x01\x00\x00",
                  9, "Corrupt", "no recording");
  assert_refused ("{\"kad-stream\":1}\n", -1, "Corrupt", "lacks");
  assert_refused ("{\"kad-stream\":2,\"version\":\"9.9\",\"peer\":\"x\",\"started_us\":1,"
                  "\"topics\":[]}\n",
                  -1, "NotSupported", "version 2");
  assert_refused (HEADER CONNECTED ("1100000") "{\"t\":12,\"event\":\n" CONNECTED ("1200000"), -1,
                  "Corrupt", "Line 3");
  assert_refused (HEADER "\n" CONNECTED ("1200000"), -1, "Corrupt", "Line 2");
  assert_refused (HEADER CONNECTED ("1100000") "{\"event\":\"joined\"}\n", -1, "Corrupt", "Line 3");
  assert_refused (HEADER "{\"t\":1,\"event\":\"\xff\"}\n", -1, "Corrupt", "Line 2");
  assert_refused (HEADER "{\"t\":1,\"event\":\"a\x01\"}\n", -1, "Corrupt", "Line 2");
  assert_refused (HEADER "{\"t\":1,\"event\":\"a\"}garbage\n", -1, "Corrupt", "Line 2");
  assert_refused (HEADER "[1]\n", -1, "Corrupt", "Line 2");
  assert_refused (too_long, -1, "Corrupt", "Line 2");
}

static void
test_folder (void)
{
  g_autoptr (Fixture) f = fixture_new (NULL, 0);

  g_test_summary ("A folder is no recording");
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  open_source (f);
  g_assert_cmpuint (kad_gui_source_get_state (f->source), ==, KAD_GUI_SOURCE_FAILED);
  g_assert_cmpstr (kad_gui_source_get_error_code (f->source), ==, "NotSupported");
  g_assert_cmpint (g_rmdir (f->path), ==, 0);
}

static void
assert_taken (const char *text, gint64 end_us, guint n_events)
{
  g_autoptr (Fixture) f = fixture_new (text, -1);
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);
  GListModel *events = kad_gui_store_get_events (kad_gui_source_get_store (f->source));

  open_source (f);
  g_assert_cmpuint (kad_gui_source_get_state (f->source), ==, KAD_GUI_SOURCE_OPEN);
  g_assert_cmpint (kad_gui_player_get_end_us (player), ==, end_us);
  go_to (f, end_us);
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, n_events);
  kad_gui_player_set_speed (player, 64);
  play_to_end (f);
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, n_events);
}

static void
test_strange_but_whole (void)
{
  g_test_summary ("A header alone, a last line that is not whole, and strange lines can be played");
  assert_taken (HEADER, 1000000, 0);
  assert_taken (HEADER CONNECTED ("1100000") "{\"t\":1200000,\"event\":\"jo", 1100000, 1);
  assert_taken (HEADER CONNECTED ("1100000") "{\"t\":1200000,\"event\":\"joined\"}", 1200000, 2);
  /* With spaces, escapes, of the future; and time that goes back. */
  assert_taken (HEADER
                " { \"t\" : 1100000 , \"x\" : [ { \"]\" : \"\\\"\" } ] , \"event\" : \"new\" } \r\n"
                "{\"t\":1100001,\"event\":\"join\\u0065d\"}\n"
                "{\"t\":7,\"event\":\"joined\"}\n"
                "{\"t\":1100002,\"lost\":3}\n"
                "{\"t\":1100003,\"event\":\"query-started\",\"query\":-4,\"run\":1e3}\n",
                1100003, 5);
}

static void
test_closed_meanwhile (void)
{
  g_autofree char *text = read_network ();
  g_autoptr (Fixture) f = fixture_new (text, -1);
  KadGuiPlayer *player = KAD_GUI_PLAYER (f->source);

  g_test_summary ("It can be closed while it is read or on its way");
  kad_gui_source_open (f->source);
  kad_gui_source_close (f->source);
  g_assert_cmpuint (kad_gui_source_get_state (f->source), ==, KAD_GUI_SOURCE_CLOSED);
  open_source (f);
  kad_gui_player_seek (player, kad_gui_player_get_end_us (player));
  kad_gui_player_set_playing (player, TRUE);
  kad_gui_source_close (f->source);
  g_assert_cmpint (kad_gui_player_get_end_us (player), ==, 0);
  kad_gui_player_set_playing (player, TRUE);
  kad_gui_player_seek (player, 5);
  g_assert_false (kad_gui_player_get_playing (player));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-source/recording/open", test_open);
  g_test_add_func ("/gui-source/recording/seek-is-play", test_seek_is_play);
  g_test_add_func ("/gui-source/recording/seek-beyond-bounds", test_seek_beyond_bounds);
  g_test_add_func ("/gui-source/recording/seek-is-quick", test_seek_is_quick);
  g_test_add_func ("/gui-source/recording/play", test_play);
  g_test_add_func ("/gui-source/recording/wakes", test_wakes);
  g_test_add_func ("/gui-source/recording/departed", test_departed);
  g_test_add_func ("/gui-source/recording/damaged", test_damaged);
  g_test_add_func ("/gui-source/recording/folder", test_folder);
  g_test_add_func ("/gui-source/recording/strange-but-whole", test_strange_but_whole);
  g_test_add_func ("/gui-source/recording/closed-meanwhile", test_closed_meanwhile);
  return g_test_run ();
}
