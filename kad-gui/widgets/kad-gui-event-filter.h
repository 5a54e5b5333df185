/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-event.h"

G_BEGIN_DECLS

/**
 * KadGuiEventFilter:
 *
 * Which events are wanted. All of these have to be so: the type; who was asked or consumed it; and
 * each word of a text, which is found anywhere in the event, or, as "peer:", "query:", "handler:",
 * "consumer:", "kind:" or "type:" with something behind it, there. Lines that are missing are
 * always wanted: nobody knows what was in them.
 */
typedef struct _KadGuiEventFilter KadGuiEventFilter;

typedef enum
{
  KAD_GUI_HANDLER_ANY,
  KAD_GUI_HANDLER_SOMEBODY, /* somebody consumed it */
  KAD_GUI_HANDLER_NOBODY,   /* all who were asked passed it on */
  KAD_GUI_HANDLER_NAMED,    /* this one was asked, or consumed it */
} KadGuiHandlerChoice;

KadGuiEventFilter *kad_gui_event_filter_new (void);
void kad_gui_event_filter_free (KadGuiEventFilter *self);
/* "" or NULL: any. */
void kad_gui_event_filter_set_type (KadGuiEventFilter *self, const char *type);
void kad_gui_event_filter_set_handler (KadGuiEventFilter *self, KadGuiHandlerChoice choice,
                                       const char *name);
/* Words are separated by blanks; letters of ASCII in any case. At most 16 words. */
void kad_gui_event_filter_set_text (KadGuiEventFilter *self, const char *text);
/* Whether it may keep something back. */
gboolean kad_gui_event_filter_is_set (KadGuiEventFilter *self);
gboolean kad_gui_event_filter_matches (KadGuiEventFilter *self, KadGuiEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiEventFilter, kad_gui_event_filter_free)

/* Whether @needle is in @text, letters of ASCII in any case. */
gboolean kad_gui_text_has (const char *text, const char *needle);

G_END_DECLS
