/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_EVENT (kad_gui_event_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiEvent, kad_gui_event, EVENT)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_EVENT_FIELD_NUMBER = 1,
  KAD_GUI_EVENT_FIELD_TIME_US,
  KAD_GUI_EVENT_FIELD_TYPE,
  KAD_GUI_EVENT_FIELD_PEER,
  KAD_GUI_EVENT_FIELD_FROM,
  KAD_GUI_EVENT_FIELD_QUERY_ID,
  KAD_GUI_EVENT_FIELD_KIND,
  KAD_GUI_EVENT_FIELD_TEXT,
  KAD_GUI_EVENT_FIELD_JSON,
  KAD_GUI_EVENT_FIELD_DELIVERED,
  KAD_GUI_EVENT_FIELD_ASKED,
  KAD_GUI_EVENT_FIELD_N_ASKED,
  KAD_GUI_EVENT_FIELD_CONSUMER,
  KAD_GUI_EVENT_FIELD_CONSUMER_RUN,
  KAD_GUI_EVENT_FIELD_DELIVERY_US,
  KAD_GUI_EVENT_FIELD_DELIVERY_JSON,
  KAD_GUI_EVENT_FIELD_LOST,
};

/**
 * KadGuiEvent:
 *
 * A line of docs/events.md that is an event, with its delivery along the chain of commands if it
 * was traced; or a loss.
 */
struct _KadGuiEvent
{
  KadGuiItem parent_instance;

  gint64 number;  /* grows by 1 */
  gint64 time_us; /* microseconds since 1970 */
  char *type;     /* peer-connected ..; "lost": so many lines are missing here */
  char *peer;
  char *from;
  gint64 query_id;    /* KadGuiQuery:id; 0: it is about none */
  char *kind;         /* of its query */
  char *text;         /* what happened, on one line */
  char *json;         /* the line */
  gboolean delivered; /* what follows is known */
  char **asked;       /* commands, in order */
  guint n_asked;      /* all of them */
  char *consumer;     /* empty: all of them passed it on */
  gint64 consumer_run;
  gint64 delivery_us; /* that all of them took together */
  char *delivery_json; /* the line of the delivery */
  gint64 lost;        /* lines */
};

KadGuiEvent *kad_gui_event_new (void);

G_END_DECLS
