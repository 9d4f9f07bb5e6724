//! A panic ends as a trap that says nothing, because there is no import to print with. What it would
//! have printed stays in memory, where the host reads it after the trap.

use std::cell::RefCell;

thread_local! {
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the message of a panic from here on.
pub fn keep() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or("panic").to_string();
        let place = panic
            .location()
            .map(|at| format!(" ({}:{})", at.file(), at.line()));
        MESSAGE.with_borrow_mut(|message| *message = text + &place.unwrap_or_default());
    }));
}

#[unsafe(no_mangle)]
extern "C" fn last_words_pointer() -> *const u8 {
    MESSAGE.with_borrow(|message| message.as_ptr())
}

#[unsafe(no_mangle)]
extern "C" fn last_words_length() -> usize {
    MESSAGE.with_borrow(String::len)
}
