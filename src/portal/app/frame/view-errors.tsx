/** Catches what a page throws while it is drawn, so that the menu stays: a defect, or a script that could not be loaded. */
import { Component } from 'react';
import type { ReactNode } from 'react';

export class ViewErrors extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="lost" role="alert">
        <h1>This page could not be shown</h1>
        <p className="soft">The server may be out of reach, or it was updated while the page was open.</p>
        <p>
          <button
            type="button"
            className="button"
            onClick={() => {
              location.reload();
            }}
          >
            Reload the page
          </button>
        </p>
      </div>
    );
  }
}
