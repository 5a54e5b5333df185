/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_SETTINGS_SCHEMA "org.libkad.Kad"
#define KAD_MAX_NETWORKS 64 /* whose own settings were changed */
#define KAD_MAX_NETWORK_NAME_BYTES 64
#define KAD_MAX_PAUSE_REASON_BYTES 64
#define KAD_MAX_SETTING_BYTES 1024 /* of one text in a setting */
/* Entries of the setting "limits". */
#define KAD_MAX_SETTING_LIMITS 128

#define KAD_TYPE_SETTINGS (kad_settings_get_type ())

/* The settings of org.libkad.Kad, as data/org.libkad.Kad.gschema.xml has them. A name is that of a
 * general setting, or of one of the present network ("bootstrap", "protocol", "validators"), or
 * NETWORK/NAME of any network. Main thread only.
 * Signal "changed" (GStrv): names, by whomever, once for all that changed together. */
G_DECLARE_FINAL_TYPE (KadSettings, kad_settings, KAD, SETTINGS, GObject)

/* @file: (nullable): of key=value in groups, instead of the usual place, which is GSettings' own;
 * or a file below the person's configuration, if that forgets or needs a bus that is not there.
 * ":memory:" reads and writes none: all are as they are by default.
 * @network: (nullable): the
 * present one, over the settings. Errors: NotFound, the schema is not installed. */
KadSettings *kad_settings_new (const char *file, const char *network, GError **error);

/* FALSE and InvalidArgument: it is none. */
gboolean kad_settings_check_network (const char *network, GError **error);
/* The present network, which may be none if somebody wrote so elsewhere. (transfer full) */
char *kad_settings_dup_network (KadSettings *self);
/* The general settings. (transfer none) */
GSettings *kad_settings_get_general (KadSettings *self);
/* Those of a network. (transfer none) */
GSettings *kad_settings_get_of_network (KadSettings *self, const char *network);

/* All names that can be read now, sorted. (transfer full) */
char **kad_settings_dup_names (KadSettings *self);
/* (transfer full) not floating; NULL and NotFound */
GVariant *kad_settings_get_value (KadSettings *self, const char *name, GError **error);
/* Applies at once. Takes a floating @value. Errors: NotFound, InvalidArgument (says the range),
 * InvalidAddress, LimitReached, NotAuthorized (it is locked). */
gboolean kad_settings_set_value (KadSettings *self, const char *name, GVariant *value,
                                 GError **error);
/* What one is: `a{sv}` as Describe() has it. (transfer full) not floating */
GVariant *kad_settings_describe (KadSettings *self, const char *name, GError **error);
/* What was set is on the disk when this returns. */
void kad_settings_flush (KadSettings *self);
/* "changed" comes a moment after a change, for all of them; this does not wait for that. */
void kad_settings_tell (KadSettings *self);

G_END_DECLS
