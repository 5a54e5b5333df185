/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many failing publications are counted; what else fails is not. */
#define KAD_MAX_FAILING 4096

/* For how long each publication has not been announced, and whether a person shall be told. Has no
 * clock: time is what goes by while the node runs. Who was told is told again only after everything
 * was announced in between. */
typedef struct _KadFailureWatch KadFailureWatch;

KadFailureWatch *kad_failure_watch_new (void);
void kad_failure_watch_free (KadFailureWatch *self);

/* How the last run of a publication went. @what: names it. @is_kept: it outlives the service. */
void kad_failure_watch_note (KadFailureWatch *self, const char *what, gboolean is_kept,
                             gboolean has_failed);
/* It is not published any more. */
void kad_failure_watch_forget (KadFailureWatch *self, const char *what);
gboolean kad_failure_watch_is_empty (KadFailureWatch *self);
/* So many seconds have gone by. How many publications have failed for at least @after_s, if a
 * person shall be told now; else 0. */
guint kad_failure_watch_pass (KadFailureWatch *self, guint64 seconds, guint after_s);
/* A person was told. */
void kad_failure_watch_set_told (KadFailureWatch *self);

/* What is kept, as text. (transfer full) */
char *kad_failure_watch_save (KadFailureWatch *self, gsize *len);
/* FALSE: the text is none of ours, and all is as it was. */
gboolean kad_failure_watch_load (KadFailureWatch *self, const char *text, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadFailureWatch, kad_failure_watch_free)

G_END_DECLS
