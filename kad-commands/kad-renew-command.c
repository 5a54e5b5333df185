/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-renew-command.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "kad-error.h"

#define MAX_REASON_BYTES 64

/**
 * KadRenewCommand:
 *
 * Makes the node look anew at what may have changed while it could not see: after sleep, or when
 * the network is another one. Every connection is tested, and closed if nothing comes back within
 * two seconds; what could not be dialled may be dialled again; the addresses of this machine are
 * read again; if hardly anybody is known, the network is joined again; what should have been
 * announced meanwhile is announced, spread out. Done at once, with one result:
 *
 * - `testing`: how many connections are being tested; those that fail are told by
 *   `peer-disconnected`
 * - `joining`: whether the network is joined anew
 *
 * The event `resumed` follows. Another run within these two seconds adds nothing, and is no error.
 */
struct _KadRenewCommand
{
  KadCommandHandler parent_instance;

  char *reason;
  guint64 slept_us;
};

G_DEFINE_FINAL_TYPE (KadRenewCommand, kad_renew_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_REASON = 1,
  PROP_SLEPT,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  const char *reason = KAD_RENEW_COMMAND (handler)->reason;

  if (reason == NULL || (strlen (reason) <= MAX_REASON_BYTES && g_utf8_validate (reason, -1, NULL)))
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "The reason is UTF-8 of at most %d bytes", MAX_REASON_BYTES);
  return FALSE;
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadRenewCommand *self = KAD_RENEW_COMMAND (handler);
  gboolean is_joining = FALSE;
  GVariantDict result;
  guint n_testing;

  n_testing = kad_swarm_renew (swarm, self->reason, self->slept_us, &is_joining);
  g_variant_dict_init (&result, NULL);
  g_variant_dict_insert (&result, "testing", "u", n_testing);
  g_variant_dict_insert (&result, "joining", "b", is_joining);
  kad_command_handler_report (handler, g_variant_dict_end (&result));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadRenewCommand *self = KAD_RENEW_COMMAND (object);

  switch (id)
    {
    case PROP_REASON:
      self->reason = g_value_dup_string (value);
      break;
    case PROP_SLEPT:
      self->slept_us = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  g_free (KAD_RENEW_COMMAND (object)->reason);
  G_OBJECT_CLASS (kad_renew_command_parent_class)->finalize (object);
}

static void
kad_renew_command_class_init (KadRenewCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Look anew at connections and addresses, as after sleep");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->validate = validate;
  command_class->run = run;

  g_object_class_install_property (
      object_class, PROP_REASON,
      g_param_spec_string ("reason", N_ ("Reason"),
                           N_ ("Why, in a word for logs: resumed, network, or what you like"),
                           "asked", KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_SLEPT,
      g_param_spec_uint64 ("slept", N_ ("Slept"),
                           N_ ("How long the machine slept, in microseconds; 0: it is not known"),
                           0, G_MAXINT64, 0, KAD_PARAM_ARGUMENT));
}

static void
kad_renew_command_init (KadRenewCommand *self)
{
}
