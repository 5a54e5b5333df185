/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event-filter.h"

#include <string.h>

#define MAX_WORDS 16

typedef enum
{
  FIELD_ALL,
  FIELD_PEER,
  FIELD_QUERY,
  FIELD_HANDLER,
  FIELD_CONSUMER,
  FIELD_KIND,
  FIELD_TYPE,
} Field;

typedef struct
{
  Field field;
  char *text;
} Word;

struct _KadGuiEventFilter
{
  char *type;
  KadGuiHandlerChoice choice;
  char *handler;
  GArray *words; /* Word */
};

gboolean
kad_gui_text_has (const char *text, const char *needle)
{
  gsize length = strlen (needle);
  const char both[] = { g_ascii_tolower (*needle), g_ascii_toupper (*needle), '\0' };

  if (length == 0)
    return TRUE;
  for (const char *at = strpbrk (text, both); at != NULL; at = strpbrk (at + 1, both))
    if (g_ascii_strncasecmp (at, needle, length) == 0)
      return TRUE;
  return FALSE;
}

static void
clear_word (gpointer data)
{
  Word *word = data;

  g_clear_pointer (&word->text, g_free);
}

KadGuiEventFilter *
kad_gui_event_filter_new (void)
{
  KadGuiEventFilter *self = g_new0 (KadGuiEventFilter, 1);

  self->type = g_strdup ("");
  self->handler = g_strdup ("");
  self->words = g_array_new (FALSE, FALSE, sizeof (Word));
  g_array_set_clear_func (self->words, clear_word);
  return self;
}

void
kad_gui_event_filter_free (KadGuiEventFilter *self)
{
  g_free (self->type);
  g_free (self->handler);
  g_array_unref (self->words);
  g_free (self);
}

void
kad_gui_event_filter_set_type (KadGuiEventFilter *self, const char *type)
{
  g_free (self->type);
  self->type = g_strdup (type != NULL ? type : "");
}

void
kad_gui_event_filter_set_handler (KadGuiEventFilter *self, KadGuiHandlerChoice choice,
                                  const char *name)
{
  g_free (self->handler);
  self->handler = g_strdup (name != NULL ? name : "");
  self->choice = choice;
}

static Word
read_word (const char *text)
{
  static const struct
  {
    const char *prefix;
    Field field;
  } fields[] = {
    { "peer:", FIELD_PEER },         { "query:", FIELD_QUERY }, { "handler:", FIELD_HANDLER },
    { "consumer:", FIELD_CONSUMER }, { "kind:", FIELD_KIND },   { "type:", FIELD_TYPE },
  };
  Word word = { .field = FIELD_ALL };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      gsize length = strlen (fields[i].prefix);

      /* "peer:" with nothing behind it is being written. */
      if (g_ascii_strncasecmp (text, fields[i].prefix, length) != 0)
        continue;
      word.field = fields[i].field;
      text += length;
      break;
    }
  word.text = g_strdup (text);
  return word;
}

void
kad_gui_event_filter_set_text (KadGuiEventFilter *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text != NULL ? text : "", " \t\n", -1);

  g_array_set_size (self->words, 0);
  for (char **word = words; *word != NULL && self->words->len < MAX_WORDS; word++)
    {
      Word read = read_word (*word);

      if (*read.text != '\0')
        g_array_append_val (self->words, read);
      else
        clear_word (&read);
    }
}

gboolean
kad_gui_event_filter_is_set (KadGuiEventFilter *self)
{
  return *self->type != '\0' || self->choice != KAD_GUI_HANDLER_ANY || self->words->len > 0;
}

/* ---- one event ---- */

static gboolean
was_asked (KadGuiEvent *event, const char *name)
{
  return g_str_equal (event->consumer, name)
         || g_strv_contains ((const char *const *) event->asked, name);
}

static gboolean
has_handler (KadGuiEvent *event, const char *part)
{
  for (char **name = event->asked; *name != NULL; name++)
    if (kad_gui_text_has (*name, part))
      return TRUE;
  return kad_gui_text_has (event->consumer, part);
}

static gboolean
is_of_query (KadGuiEvent *event, const char *number)
{
  return event->query_id != 0 && g_ascii_strtoll (number, NULL, 10) == event->query_id;
}

static gboolean
has_anywhere (KadGuiEvent *event, const char *part)
{
  return kad_gui_text_has (event->text, part) || kad_gui_text_has (event->type, part)
         || kad_gui_text_has (event->peer, part) || kad_gui_text_has (event->kind, part)
         || kad_gui_text_has (event->consumer, part) || kad_gui_text_has (event->json, part);
}

static gboolean
has_word (KadGuiEvent *event, const Word *word)
{
  switch (word->field)
    {
    case FIELD_PEER:
      return kad_gui_text_has (event->peer, word->text)
             || kad_gui_text_has (event->from, word->text);
    case FIELD_QUERY:
      return is_of_query (event, word->text);
    case FIELD_HANDLER:
      return has_handler (event, word->text);
    case FIELD_CONSUMER:
      return kad_gui_text_has (event->consumer, word->text);
    case FIELD_KIND:
      return kad_gui_text_has (event->kind, word->text);
    case FIELD_TYPE:
      return kad_gui_text_has (event->type, word->text);
    case FIELD_ALL:
    default:
      return has_anywhere (event, word->text);
    }
}

static gboolean
has_choice (KadGuiEventFilter *self, KadGuiEvent *event)
{
  switch (self->choice)
    {
    case KAD_GUI_HANDLER_SOMEBODY:
      return event->delivered && *event->consumer != '\0';
    case KAD_GUI_HANDLER_NOBODY:
      return event->delivered && event->n_asked > 0 && *event->consumer == '\0';
    case KAD_GUI_HANDLER_NAMED:
      return was_asked (event, self->handler);
    case KAD_GUI_HANDLER_ANY:
    default:
      return TRUE;
    }
}

gboolean
kad_gui_event_filter_matches (KadGuiEventFilter *self, KadGuiEvent *event)
{
  if (event->lost > 0)
    return TRUE;
  if (*self->type != '\0' && !g_str_equal (event->type, self->type))
    return FALSE;
  if (!has_choice (self, event))
    return FALSE;
  for (guint i = 0; i < self->words->len; i++)
    if (!has_word (event, &g_array_index (self->words, Word, i)))
      return FALSE;
  return TRUE;
}
