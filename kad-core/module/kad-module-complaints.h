/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What GLib complains about in this thread, instead of printing it. */
typedef struct
{
  GThread *thread;
  GPtrArray *messages; /* (element-type utf8) */
  guint handlers[4];
} KadModuleComplaints;

void kad_module_complaints_begin (KadModuleComplaints *self);
/* (transfer full) (array zero-terminated=1) */
char **kad_module_complaints_end (KadModuleComplaints *self);

G_END_DECLS
