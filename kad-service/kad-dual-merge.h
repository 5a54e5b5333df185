/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What two networks answer to one question, made one answer: see kad-dual-run.h. Knows commands by
 * their names, and no node. */
typedef struct _KadDualMerge KadDualMerge;

/* @result: `a{sv}` for D-Bus, with "network" */
typedef void (*KadDualMergeFunc) (GVariant *result, gpointer user_data);

/* Whether it knows what the results of a command mean; those of others are only told. */
gboolean kad_dual_merge_knows (const char *command);
/* @options: of the command */
KadDualMerge *kad_dual_merge_new (const char *command, GVariant *options, KadDualMergeFunc func,
                                  gpointer user_data);
void kad_dual_merge_free (KadDualMerge *self);
/* A result of one network: @func is called for what is new of it. */
void kad_dual_merge_add (KadDualMerge *self, gboolean is_lan, GVariant *result);
/* As much has been told as was asked for. */
gboolean kad_dual_merge_has_enough (KadDualMerge *self);
/* The one thing that is looked for was told. */
gboolean kad_dual_merge_is_found (KadDualMerge *self);
/* Something of what is looked for was told, so that a network that cannot be asked yet need not be
 * waited for. The nearest peers are known only from all. */
gboolean kad_dual_merge_has_some (KadDualMerge *self);
/* All is there: @func is called for what waited for that. */
void kad_dual_merge_flush (KadDualMerge *self);
/* One network has nothing more to say, or is not asked at all. */
void kad_dual_merge_end_network (KadDualMerge *self, gboolean is_lan);
/* Adds the last line of one network to that of all. */
void kad_dual_merge_add_summary (GVariantDict *sum, GVariant *summary);
/* What only both together know, when all lines were added. */
void kad_dual_merge_end_summary (KadDualMerge *self, GVariantDict *sum);

G_END_DECLS
