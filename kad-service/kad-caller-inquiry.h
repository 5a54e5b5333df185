/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-caller-identity.h"

G_BEGIN_DECLS

/* Finds out who the callers on a message bus are, before anybody has work with their calls. */
typedef struct _KadCallerInquiry KadCallerInquiry;

/* Calls of one caller that wait until it is known. */
#define KAD_MAX_PARKED_CALLS 1024
/* Processes that are looked at at once; more wait. */
#define KAD_MAX_CALLER_PROBES 16

/* What a caller has to do with, by its calls: what is told to it. */
typedef enum
{
  KAD_INTEREST_NODE = 1 << 0,
  KAD_INTEREST_SETTINGS = 1 << 1,
  KAD_INTEREST_PUBLICATIONS = 1 << 2,
} KadInterest;

typedef enum
{
  KAD_INQUIRY_PASS,  /* the message goes on: see kad_caller_inquiry_get_identity() */
  KAD_INQUIRY_TAKEN, /* it waits, or was an answer to us: there is no message any more */
  KAD_INQUIRY_FULL,  /* too many wait: it is to be refused */
} KadInquiryFate;

/* @connection: lives longer */
KadCallerInquiry *kad_caller_inquiry_new (GDBusConnection *connection);
/* Once its messages are seen, and before the first of them. */
void kad_caller_inquiry_start (KadCallerInquiry *self);
KadCallerInquiry *kad_caller_inquiry_ref (KadCallerInquiry *self);
void kad_caller_inquiry_unref (KadCallerInquiry *self);
/* A message that came. With PASS *@message may be another than it was: a call that has waited. In
 * GDBus's thread. */
KadInquiryFate kad_caller_inquiry_see (KadCallerInquiry *self, GDBusMessage **message);
/* The callers that are to hear of @path, and have shown interest. (transfer full) Any thread. */
char **kad_caller_inquiry_list (KadCallerInquiry *self, KadInterest interest, const char *path);

/* Who sent a call: it goes with the message. */
void kad_caller_inquiry_set_identity (GDBusMessage *call, KadCallerIdentity *identity);
/* (transfer none) (nullable): nobody has looked */
KadCallerIdentity *kad_caller_inquiry_get_identity (GDBusMessage *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadCallerInquiry, kad_caller_inquiry_unref)

G_END_DECLS
