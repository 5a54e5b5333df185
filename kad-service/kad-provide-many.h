/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-claims.h"
#include "kad-command-run.h"

G_BEGIN_DECLS

/* Publications.ProvideMany(): many claims of one caller, at most KAD_PROVIDE_MANY_AT_ONCE of them
 * being announced. Results, the last line and errors are as data/org.libkad.Kad1.Publications.xml
 * has them. */
#define KAD_PROVIDE_MANY_AT_ONCE 8

/* What a query object runs. Its data: kad_provide_many_new() */
extern const KadCommandRunSource kad_provide_many_source;

/* @spec: of each, but for the key; its app_id is copied. @keys: all are read here; InvalidKey says
 * which is none, InvalidArgument and LimitReached that there are too few or too many. */
gpointer kad_provide_many_new (KadClaims *claims, KadCaller *caller, const KadClaimSpec *spec,
                               const char *const *keys, gboolean is_raw, GError **error);
void kad_provide_many_free (gpointer data);

G_END_DECLS
