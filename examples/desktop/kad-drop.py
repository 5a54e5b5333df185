#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A window for share codes: kad-drop.py shows a code for a text on one computer, and takes it on the other."""

import argparse
import locale
import os
import pathlib
import signal
import sys

import gi

gi.require_version("Gtk", "4.0")
gi.require_version("Adw", "1")
from gi.repository import Adw, Gdk, Gio, GLib, Gtk  # noqa: E402

import kadshare  # noqa: E402
from kaddesk import Kad, KadError, Task, _, clean, ngettext  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
LIFETIMES_S = (60, 600, 3600)
CSS = b".code { font-family: monospace; font-size: 2.2em; font-weight: 800; }"


def titles():
    """Of each kind of error: what stands large above its text, and a picture."""
    return {
        "missing": (_("Kad Is Not There"), "dialog-error-symbolic"),
        "off": (_("Kad Is Paused"), "media-playback-pause-symbolic"),
        "offline": (_("Offline"), "network-offline-symbolic"),
        "nobody": (_("Nobody Is There"), "edit-find-symbolic"),
        "over": (_("The Offer Is Over"), "alarm-symbolic"),
        "junk": (_("Not From This Code"), "dialog-warning-symbolic"),
        "clock": (_("The Clocks Differ"), "alarm-symbolic"),
    }


def show_trouble(page, error):
    if not isinstance(error, KadError):
        sys.excepthook(type(error), error, error.__traceback__)
        error = KadError("failed", str(error))
    title, icon = titles().get(error.kind, (_("It Did Not Work"), "dialog-error-symbolic"))
    page.set_title(title)
    page.set_icon_name(icon)
    # Texts of others are no markup.
    page.set_description(GLib.markup_escape_text(clean(str(error))))


@Gtk.Template(filename=str(HERE / "kad-drop.ui"))
class KadDropWindow(Adw.ApplicationWindow):
    __gtype_name__ = "KadDropWindow"

    toasts = Gtk.Template.Child()
    pages = Gtk.Template.Child()
    offer_stack = Gtk.Template.Child()
    text = Gtk.Template.Child()
    text_hint = Gtk.Template.Child()
    lifetime = Gtk.Template.Child()
    offer_button = Gtk.Template.Child()
    code = Gtk.Template.Child()
    copy_code = Gtk.Template.Child()
    left = Gtk.Template.Child()
    left_bar = Gtk.Template.Child()
    offer_state = Gtk.Template.Child()
    offer_end = Gtk.Template.Child()
    offer_again = Gtk.Template.Child()
    entry = Gtk.Template.Child()
    hint = Gtk.Template.Child()
    take_button = Gtk.Template.Child()
    take_stack = Gtk.Template.Child()
    spinner = Gtk.Template.Child()
    who = Gtk.Template.Child()
    found_text = Gtk.Template.Child()
    where = Gtk.Template.Child()
    trouble = Gtk.Template.Child()
    cancel_button = Gtk.Template.Child()
    help_overlay = Gtk.Template.Child()

    def __init__(self, lifetime_s=None, wait_s=kadshare.LOOK_S, **properties):
        super().__init__(**properties)
        self.set_help_overlay(self.help_overlay)
        self.lifetime_s = lifetime_s
        self.wait_s = wait_s
        self.lifetime.set_visible(lifetime_s is None)
        self.offer = None
        self.offering = None
        self.taking = None
        self.is_closing = False
        self.clock = 0
        self.text.get_buffer().connect("changed", self._on_text_changed)
        self.connect("close-request", self._on_close)
        for name, page in (("offer", "offer"), ("take", "take")):
            action = Gio.SimpleAction.new(f"show-{name}", None)
            action.connect("activate", lambda *_arguments, which=page: self._show_page(which))
            self.add_action(action)
        action = Gio.SimpleAction.new("get-code", None)
        action.connect("activate", lambda *_arguments: self.offer_button.get_sensitive() and self.on_offer())
        self.add_action(action)
        self.text.grab_focus()

    def _show_page(self, name):
        self.pages.set_visible_child_name(name)
        if name == "take":
            self.entry.grab_focus()
        elif self.offer_stack.get_visible_child_name() == "write":
            self.text.grab_focus()

    def _copy(self, text, said):
        self.get_clipboard().set(text)
        self.toasts.add_toast(Adw.Toast.new(said))

    # Offering

    def _written(self):
        buffer = self.text.get_buffer()
        return buffer.get_text(buffer.get_start_iter(), buffer.get_end_iter(), False).strip()

    def _on_text_changed(self, _buffer):
        text = self._written()
        is_long = len(text.encode()) > kadshare.MAX_TEXT_BYTES
        self.offer_button.set_sensitive(bool(text) and not is_long)
        self.text_hint.set_visible(is_long)
        self.text_hint.set_label(_("An offer is a text of 1 to %d bytes.") % kadshare.MAX_TEXT_BYTES if is_long else "")

    @Gtk.Template.Callback()
    def on_offer(self, *_arguments):
        lifetime_s = self.lifetime_s or LIFETIMES_S[self.lifetime.get_selected()]
        name = GLib.get_real_name()
        if name == "Unknown":
            name = GLib.get_user_name()
        code = kadshare.make_code()
        try:
            self.offer = kadshare.Offer(Kad(), code, self._written(), name, lifetime_s, self._on_offer_changed)
        except KadError as error:
            self._on_offer_failed(error)
            return
        self.code.set_label(kadshare.show_code(code))
        self._on_offer_changed(self.offer)
        self._on_second(lifetime_s)
        self.clock = GLib.timeout_add(500, self._on_second, lifetime_s)
        self.offer_stack.set_visible_child_name("code")
        self.code.select_region(0, 0)
        self.copy_code.grab_focus()
        self.offering = Task(self.offer.keep(), self._on_offer_over, self._on_offer_failed)

    def _on_second(self, lifetime_s):
        left_s = self.offer.left_s()
        minutes, seconds = divmod(int(left_s + 0.5), 60)
        self.left.set_label(_("%(minutes)d:%(seconds)02d left") % {"minutes": minutes, "seconds": seconds})
        self.left_bar.set_fraction(left_s / lifetime_s)
        return True

    def _on_offer_changed(self, offer):
        self.offer_state.set_label({
            "starting": _("Announcing…"),
            "offered": ngettext("%d other keeps it for you.", "%d others keep it for you.", offer.holders) % offer.holders,
            "alone": _("Nobody else is there yet."),
            "lost": _("The service of Kad has gone. Trying again."),
            "over": _("The offer is over."),
        }[offer.state])

    def _end_offer(self):
        if self.clock:
            GLib.source_remove(self.clock)
            self.clock = 0
        self.offering = self.offer = None
        self.offer_stack.set_visible_child_name("end")
        self.offer_again.grab_focus()

    def _on_offer_over(self, _value=None):
        show_trouble(self.offer_end, KadError("over", _("Nobody can take it any more.")))
        self._end_offer()

    def _on_offer_failed(self, error):
        show_trouble(self.offer_end, error)
        self._end_offer()

    @Gtk.Template.Callback()
    def on_stop(self, *_arguments):
        if self.offering is not None:
            self.offering.cancel()
            self.offering = Task(self.offer.withdraw(), self._on_offer_over, self._on_offer_failed)

    @Gtk.Template.Callback()
    def on_offer_again(self, *_arguments):
        self.offer_stack.set_visible_child_name("write")
        self.text.grab_focus()

    @Gtk.Template.Callback()
    def on_copy_code(self, *_arguments):
        self._copy(self.code.get_label(), _("The code was copied"))

    # Taking

    @Gtk.Template.Callback()
    def on_code_changed(self, *_arguments):
        code, wrong = kadshare.check_code(self.entry.get_text())
        self.take_button.set_sensitive(wrong is None)
        for css, is_so in (("error", wrong in ("typo", "sign", "long")), ("success", wrong is None)):
            (self.entry.add_css_class if is_so else self.entry.remove_css_class)(css)
        if wrong is None:
            self.hint.set_label(_("This is a whole code."))
        elif not code:
            self.hint.set_label(_("Capitals, spaces and dashes do not matter."))
        else:
            self.hint.set_label(kadshare.say_wrong(code, wrong))

    @Gtk.Template.Callback()
    def on_take(self, *_arguments):
        code, wrong = kadshare.check_code(self.entry.get_text())
        if wrong is not None:
            return
        self._stop_taking()
        self._show_taken("looking")
        self.cancel_button.grab_focus()
        try:
            self.taking = Task(kadshare.take(Kad(), code, self.wait_s), self._on_found, self._on_take_failed)
        except KadError as error:
            self._on_take_failed(error)

    def _show_taken(self, name):
        self.spinner.set_spinning(name == "looking")
        self.take_stack.set_visible_child_name(name)

    def _stop_taking(self):
        if self.taking is not None:
            self.taking.cancel()
            self.taking = None

    @Gtk.Template.Callback()
    def on_cancel(self, *_arguments):
        self._stop_taking()
        self._show_taken("nothing")
        self.entry.grab_focus()

    def _on_found(self, found):
        self.taking = None
        self.who.set_label(clean(found.name) or _("Somebody"))
        self.found_text.set_label(clean(found.text, keep="\n\t"))
        if found.rtt_us is None:
            answer = _("The other laptop does not answer now.")
        else:
            answer = _("The other laptop answers in %.1f ms.") % (found.rtt_us / 1000)
        self.where.set_label("\n".join([answer, _("Peer %s") % clean(found.peer)]))
        self._show_taken("found")
        self.found_text.grab_focus()
        self.found_text.select_region(0, 0)

    def _on_take_failed(self, error):
        self.taking = None
        show_trouble(self.trouble, error)
        self._show_taken("trouble")

    @Gtk.Template.Callback()
    def on_copy_text(self, *_arguments):
        self._copy(self.found_text.get_label(), _("The text was copied"))

    def _on_close(self, _window):
        """What is offered is taken back first."""
        self._stop_taking()
        if self.is_closing:
            return True
        if self.offer is None:
            return False
        self.is_closing = True
        self.set_visible(False)
        self.offering.cancel()
        # It may be done at once, and a window cannot go while it is asked whether it may.
        self.offering = Task(self.offer.withdraw(), self._go, self._go)
        return True

    def _go(self, _what):
        GLib.idle_add(lambda: self.destroy() or False)


class KadDrop(Adw.Application):
    def __init__(self, **options):
        super().__init__(application_id="org.libkad.Drop", flags=Gio.ApplicationFlags.NON_UNIQUE)
        self.options = options
        for name, run, keys in (("about", self._on_about, []), ("quit", self._on_quit, ["<Control>q"])):
            action = Gio.SimpleAction.new(name, None)
            action.connect("activate", run)
            self.add_action(action)
            self.set_accels_for_action(f"app.{name}", keys)
        for name, keys in (("show-offer", "<Alt>1"), ("show-take", "<Alt>2"), ("get-code", "<Control>Return"),
                           ("show-help-overlay", "<Control>question")):
            self.set_accels_for_action(f"win.{name}", [keys])
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, lambda: self._on_quit() or True)

    def do_activate(self):
        provider = Gtk.CssProvider()
        provider.load_from_data(CSS)
        Gtk.StyleContext.add_provider_for_display(Gdk.Display.get_default(), provider,
                                                  Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
        window = self.get_active_window() or KadDropWindow(application=self, **self.options)
        window.present()

    def _on_quit(self, *_arguments):
        for window in self.get_windows():
            window.close()

    def _on_about(self, *_arguments):
        Adw.AboutWindow(transient_for=self.get_active_window(), application_name=_("Kad Drop"),
                        comments=_("A text for whoever is told the code."), license_type=Gtk.License.GPL_3_0,
                        application_icon="send-to-symbolic").present()


def main():
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        pass  # a language that this machine does not have
    locale.bindtextdomain("kad", os.environ.get("KAD_LOCALEDIR"))
    locale.textdomain("kad")
    parser = argparse.ArgumentParser(description=_("A text for whoever is told the code."))
    parser.add_argument("--lifetime", type=int, metavar="SECONDS", help=_("how long an offer lasts, in seconds"))
    parser.add_argument("--wait", type=float, default=kadshare.LOOK_S, metavar="SECONDS",
                        help=_("how long to look, in seconds (10)"))
    words = parser.parse_args()
    return KadDrop(lifetime_s=words.lifetime, wait_s=words.wait).run([])


if __name__ == "__main__":
    sys.exit(main())
