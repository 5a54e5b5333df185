/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-output.h"

G_BEGIN_DECLS

/* A result for people: a peer in one line, anything else a line for each of its fields. */
void kad_human_print (KadOutput *output, GVariant *result);
/* The value of a record: as it is into a pipe or file, escaped on a terminal. */
void kad_human_print_value (KadOutput *output, GVariant *record);
/* The end of a command: what a write stored, on stdout; with --verbose the counts and each failure.
 */
void kad_human_print_summary (KadOutput *output, GVariant *summary);
/* One value for people: bytes as text where they are text, lists with spaces. */
char *kad_human_dup_field (GVariant *value);

G_END_DECLS
