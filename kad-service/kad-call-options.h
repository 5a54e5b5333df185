/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The `a{sv} options` at the end of a call. Unknown names are ignored, unless they begin with
 * "require:". Each of these gives its value, or @fallback if it is not there; a wrong type or
 * value out of range sets @error (InvalidArgument) if that is not set yet, and gives @fallback. */

/* @known: NULL-terminated, of all names that the call knows. FALSE and NotSupported: it requires
 * one that is not there. */
gboolean kad_call_options_check (GVariant *options, const char *const *known, GError **error);
gboolean kad_call_options_boolean (GVariant *options, const char *name, gboolean fallback,
                                   GError **error);
guint kad_call_options_uint (GVariant *options, const char *name, guint fallback, guint min,
                             guint max, GError **error);
/* (transfer none) (nullable): lives as long as @options. At most @max_bytes. */
const char *kad_call_options_string (GVariant *options, const char *name, const char *fallback,
                                     gsize max_bytes, GError **error);
/* Index of the value in @words; InvalidArgument lists them. */
guint kad_call_options_word (GVariant *options, const char *name, guint fallback,
                             const char *const *words, GError **error);
/* The value of "NAME" or "require:NAME". (transfer full) (nullable) */
GVariant *kad_call_options_lookup (GVariant *options, const char *name);

/* What D-Bus can carry: empty maybes are left out, others are what is in them, at any depth. Takes
 * a floating @value. (transfer full): not floating */
GVariant *kad_call_result (GVariant *value);

G_END_DECLS
