/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_CONTACT (kad_gui_contact_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiContact, kad_gui_contact, CONTACT)

typedef enum
{
  KAD_GUI_OUTCOME_HEARD, /* not asked */
  KAD_GUI_OUTCOME_DIALING,
  KAD_GUI_OUTCOME_WAITING,
  KAD_GUI_OUTCOME_ANSWERED,
  KAD_GUI_OUTCOME_FAILED,
} KadGuiOutcome;

/* The fields, as setters name them. */
enum
{
  KAD_GUI_CONTACT_FIELD_PEER = 1,
  KAD_GUI_CONTACT_FIELD_NAMED_BY,
  KAD_GUI_CONTACT_FIELD_DISTANCE_BITS,
  KAD_GUI_CONTACT_FIELD_HEARD_US,
  KAD_GUI_CONTACT_FIELD_DIAL_US,
  KAD_GUI_CONTACT_FIELD_SEND_US,
  KAD_GUI_CONTACT_FIELD_REPLY_US,
  KAD_GUI_CONTACT_FIELD_FAIL_US,
  KAD_GUI_CONTACT_FIELD_RTT_US,
  KAD_GUI_CONTACT_FIELD_OUTCOME,
  KAD_GUI_CONTACT_FIELD_REASON,
  KAD_GUI_CONTACT_FIELD_N_NAMED,
  KAD_GUI_CONTACT_FIELD_GAVE,
  KAD_GUI_CONTACT_FIELD_CONTRIBUTING,
};

/**
 * KadGuiContact:
 *
 * What a query had to do with one peer. Times are microseconds since the query began, -1: it was
 * not.
 */
struct _KadGuiContact
{
  KadGuiItem parent_instance;

  char *peer;
  char *named_by;      /* who told of it first; empty: it was in our table */
  guint distance_bits; /* leading bits in common with the target */
  gint64 heard_us;
  gint64 dial_us;
  gint64 send_us;
  gint64 reply_us;
  gint64 fail_us;
  gint64 rtt_us;         /* 0: not known */
  guint outcome;         /* KadGuiOutcome */
  char *reason;          /* why it failed */
  guint n_named;         /* peers that it named first */
  gboolean gave;         /* a provider or a value */
  gboolean contributing; /* it, or somebody whom it named, directly or not, gave something or is
                            among the nearest 20 that answered */
};

KadGuiContact *kad_gui_contact_new (void);

G_END_DECLS
